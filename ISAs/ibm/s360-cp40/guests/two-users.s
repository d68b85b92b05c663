; A supervisor with an associative store of its own runs a program for two users, who share the
; page with the program, at its real address, and have a page of data each. It moves a user's page to another frame, takes
; it away, brings it back and changes what is in it; each time the program reads a letter there. The
; typewriter says which letters it found.
;
; limit: 2000000
; storage: 0x8000
; choice associative_store: 1

        .dword start                    ; the PSW that initial program loading leaves

        .org  0x48                      ; channel address word
        .word write
        .org  0x60
        .dword call                     ; supervisor call new PSW
        .dword absent                   ; program new PSW
        .org  0x78                      ; input/output new PSW
        .dword ended

        .equ  TYPEWRITER,0x009
        .equ  PROGRAM_CODE,0x2B         ; second byte of the interruption code
        .equ  ABSENT_PAGE,16
        .equ  NE,7

        .equ  PROGRAM,0x2000            ; page frames
        .equ  FIRST,0x3000
        .equ  SECOND,0x4000

        .org  0x200
start:  LA    12,letters
        LA    6,0xFFF                   ; where the users' data are: page 1
        LA    6,1(6)
        LA    3,4                       ; users 1 and 2: pages 1 and 2
        LA    4,mappings
map:    L     1,0(4)
        L     2,4(4)
        LAR   1,2
        LA    4,8(4)
        BCT   3,map
        LA    7,1
        BAL   14,run                    ; A
        LA    7,2
        BAL   14,run                    ; B
        LA    7,1
        L     1,to_second               ; user 1's data are where user 2's are
        L     2,data_of_first
        LAR   1,2
        BAL   14,run                    ; B
        L     1,to_first
        LAR   1,2
        IAR   8,2                       ; as it was put in
        CR    1,8
        BC    NE,failed
        BAL   14,run                    ; A
        SR    1,1                       ; in no frame
        LAR   1,2
        BAL   14,run                    ; -
        L     1,to_first
        LAR   1,2
        MVI   letter,0xC3
        L     9,frame
        MVC   0(1,9),letter             ; the supervisor's addresses are real
        BAL   14,run                    ; C
        SIO   TYPEWRITER
        BC    NE,failed
        LPSW  enabled
ended:  LPSW  done
failed: LPSW  broken

; --- The program runs for the user whose number is in register 7, and its letter is kept

run:    LUR   7
        LPSW  user
absent: CLI   PROGRAM_CODE,ABSENT_PAGE
        BC    NE,failed
        MVI   0(12),0x60                ; a hyphen
        LA    12,1(12)
        BCR   15,14
call:   STC   5,0(12)
        LA    12,1(12)
        BCR   15,14

        .align 8
user:   .dword 0x0001000000000000+PROGRAM ; problem state
enabled:.dword 0x8002000000000000       ; wait, channel 0 enabled
done:   .dword 0x0002000000000000
broken: .dword 0x0002000000000BAD
write:  .word 0x09000000+letters,length
mappings:
        .word PROGRAM+1,0x00102000
        .word FIRST+1,0x00101000
        .word PROGRAM+1,0x00202000
        .word SECOND+1,0x00201000
to_first:
        .word FIRST+1
to_second:
        .word SECOND+1
data_of_first:
        .word 0x00101000
frame:  .word FIRST
letter: .byte 0
letters:.ebcdic "......"
        .equ  length,.-letters

        .org  PROGRAM
        IC    5,0(6)
        SVC   0
        .org  FIRST
        .ebcdic "A"
        .org  SECOND
        .ebcdic "B"
