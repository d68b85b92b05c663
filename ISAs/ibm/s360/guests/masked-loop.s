; Masks every interruption, starts a line on the typewriter, lets the timer run out, and counts for
; ever: nothing of what comes due is let in.
;
; limit: 400000
; storage: 0x8000

        .dword start                    ; supervisor state, nothing enabled

        .org   0x48
        .word  line
        .org   0x50
        .word  0x00000100               ; the timer runs out with the second tick
        .org   0x58                     ; whatever came in would end here
        .dword 0x0002000000000BAD,0x0002000000000BAD,0x0002000000000BAD
        .dword 0x0002000000000BAD,0x0002000000000BAD

        .org   0x200
start:  SSM    masked
        SIO    0x009
        SR     1,1
count:  LA     1,1(1)
        ST     1,counted
        BC     15,count

        .align 8
line:   .word  0x09000000+text,length
counted:.word  0
masked: .byte  0
text:   .ebcdic "LOOPING"
        .equ   length,.-text
