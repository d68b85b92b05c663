; Writes into every page of its storage and reads it again, three times over: a guest that needs all
; the storage it was promised.
;
; limit: 2000000
; storage: 0x40000

        .dword start                    ; the PSW that initial program loading leaves

        .org  0x48                      ; channel address word
        .word greet
        .org  0x68                      ; program new PSW: the first address beyond the end
        .dword end
        .org  0x78                      ; input/output new PSW
        .dword ended

        .equ  TYPEWRITER,0x009
        .equ  LOW,4
        .equ  NE,7
        .equ  ALWAYS,15

        .org  0x200
start:  LA    3,3                       ; rounds
        SR    4,4
find:   L     1,0(4)
        AH    4,page
        BC    ALWAYS,find
end:    LR    5,4
        MVC   0x68(8),broken            ; no other program interruption is expected

round:  LH    4,page
write:  LR    1,4                       ; each page gets its address and the round
        AR    1,3
        ST    1,0(4)
        ST    1,0xFFC(4)
        AH    4,page
        CR    4,5
        BC    LOW,write
        LH    4,page
read:   LR    1,4
        AR    1,3
        C     1,0(4)
        BC    NE,failed
        C     1,0xFFC(4)
        BC    NE,failed
        AH    4,page
        CR    4,5
        BC    LOW,read
        BCT   3,round

        SIO   TYPEWRITER
        BC    NE,failed
        LPSW  enabled                   ; wait, channel 0 enabled
ended:  LPSW  done
failed: LPSW  broken

        .align 8
enabled:.dword 0x8002000000000000
done:   .dword 0x0002000000000000       ; nothing enabled: the end
broken: .dword 0x0002000000000BAD
greet:  .word 0x09000000+text,length    ; write and return the carrier
page:   .half 0x1000
text:   .ebcdic "ALL PAGES ARE AS THEY WERE LEFT"
        .equ  length,.-text
