; A supervisor translates its own addresses. Its program, and the page with its tables, lie where
; they say; page 1 lies in one frame or the other, or nowhere, as an ordinary store into the page
; table decides, and each time a letter is read from it. The typewriter says which letters were found.
;
; limit: 2000000
; storage: 0x8000

        .dword start                    ; the PSW that initial program loading leaves, basic format

        .equ   PROGRAM_CODE,0x12
        .equ   CAW,0x48
        .equ   CSW,0x40
        .org   0x48
        .word  write
        .org   0x68
        .dword 0x0400000000000000+fault ; program new PSW: translation stays on
        .org   0x78
        .dword ended                    ; input/output new PSW

        .equ   TYPEWRITER,0x009
        .equ   PAGE_TRANSLATION,17
        .equ   NE,7
        .equ   ALWAYS,15

        .org   0x200
start:  LMC    0,6,control              ; the extended mode begins
        LA     12,letters
        L      6,page_1
        L      7,page_table
        LPSW   on
letter: IC     5,0(6)                   ; A
        BAL    14,keep
        MVC    2(2,7),to_second
        IC     5,0(6)                   ; B
        BAL    14,keep
        LRA    1,0(6)
        C      1,second
        BC     NE,failed
        MVC    2(2,7),to_first
        IC     5,0(6)                   ; A
        BAL    14,keep
        OI     3(7),0x08
        IC     5,0(6)                   ; not available: the letter is a hyphen
        BAL    14,keep
        MVC    2(2,7),to_first
        MVI    0(6),0xC3
        IC     5,0(6)                   ; C
        BAL    14,keep
        LPSW   off
print:  SIO    TYPEWRITER
        BC     NE,failed
        LPSW   enabled
ended:  CLC    CSW+4(2),well
        BC     NE,failed
        LPSW   stop
failed: LPSW   broken

keep:   STC    5,0(12)
        LA     12,1(12)
        BCR    ALWAYS,14

fault:  CLI    PROGRAM_CODE+1,PAGE_TRANSLATION
        BC     NE,failed
        LA     5,0x60                   ; a hyphen
        LPSW   0x28                     ; behind the instruction

        .align 8
on:     .dword 0x0400000000000000+letter
off:    .dword print
enabled:.dword 0x0202000000000000       ; input/output, wait
stop:   .dword 0x0002000000000000
broken: .dword 0x0002000000000BAD
write:  .word  0x09000000+letters,length
control:.word  segment_table,0,0,0,0x80000000,0,0x00800000      ; cr0, 2, 4: channel 0, 6: extended
page_1: .word  0x1000
page_table:
        .word  pages
second: .word  0x4000
well:   .half  0x0C00                   ; channel end, device end
to_first:
        .half  0x0030
to_second:
        .half  0x0040
letters:.ebcdic "....."
        .equ   length,.-letters

        .org   0x2000
segment_table:
        .word  0x02000000+pages         ; pages 0 to 2
        .word  1,1,1,1,1,1,1,1,1,1,1,1,1,1,1
pages:  .half  0x0000,0x0030,0x0020

        .org   0x3000
        .ebcdic "A"
        .org   0x4000
        .ebcdic "B"
