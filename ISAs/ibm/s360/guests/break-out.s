; Tries to get out: beyond the end of storage, into storage under another key, to the privileged
; instructions from problem state, directly and by EXECUTE, and to all of that by channel programs.
; The printer says what became of each: the code of the program interruption, the status that the
; channel stored, or NOT STOPPED.
;
; limit: 20000000
; storage: 0x8000

        .dword start

        .equ   SVC_OLD,0x20
        .equ   PROGRAM_OLD,0x28
        .equ   CSW,0x40
        .equ   CAW,0x48
        .org   0x58
        .dword 0x0002000000000BAD       ; external
        .dword came_through             ; supervisor call
        .dword caught                   ; program
        .dword 0x0002000000000BAD       ; machine check
        .dword ended                    ; input/output

        .equ   TYPEWRITER,0x009
        .equ   PRINTER,0x00E
        .equ   EQ,8
        .equ   NE,7
        .equ   LOW,4
        .equ   ALWAYS,15

; An attempt: what it is called; the status with which it runs; its one instruction, in a place of
; its own with a supervisor call behind it.
        .equ   A_NAME,0
        .equ   A_STATUS,24
        .equ   A_SIZE,28

        .org   0x200
; Where does storage end? Key after key is looked at until there is none.
start:  SR     2,2
size:   MVC    0x68+4(4),end_found
        ISK    1,2
        LA     2,0x800(2)
        BC     ALWAYS,size
found:  MVC    0x68+4(4),is_caught
        ST     2,end
        LR     9,2                      ; register 9: the first address beyond
        LA     10,0(2)
        SH     10,four                  ; register 10: the last word
; Keys: the problem programs here have key 2; block 4 has key 3, closed to fetching as well, and
; the block of this program is open to fetching only.
        LA     1,0x20
        L      2,code
        SSK    1,2
        LA     1,0x38
        L      2,foreign
        SSK    1,2
        LR     8,2                      ; register 8: storage of key 3

; --- Attempts by the processor

        LA     6,attempts
        L      7,code
try:    MVC    line(24),A_NAME(6)
        MVC    status(4),A_STATUS(6)
        ST     7,status+4
        LPSW   status
caught: LH     1,PROGRAM_OLD+2          ; the interruption code
        BC     ALWAYS,tell
came_through:
        SR     1,1
tell:   BAL    14,report
        LA     6,A_SIZE(6)
        LA     7,8(7)
        C      6,no_more
        BC     LOW,try

; --- Attempts by the channel: a name, a channel address word

        LA     6,programs
next:   MVC    line(24),0(6)
        MVC    CAW(4),24(6)
        CLI    27(6),0xFF               ; stands for the end of storage
        BC     NE,start_it
        MVC    CAW(4),end
start_it:
        MVC    beyond+1(3),end+1        ; the command words whose data lie there
        MVC    beyond_chained+9(3),end+1
        MVC    0x44(4),zero
        SIO    TYPEWRITER
        BC     4,stored                 ; condition code 1: it ends at once
        BC     NE,failed
wait_for:
        LPSW   enabled
ended:  CLI    IO_OLD+3,TYPEWRITER
        BC     NE,wait_for
stored: LH     1,CSW+4
        N      1,channel_status
        BAL    14,report
        LA     6,28(6)
        C      6,no_more_programs
        BC     LOW,next

        MVC    line(24),farewell
        MVC    line+24(11),blanks
        BAL    14,print
        LPSW   stop

; --- The line's name and the code in register 1

report: MVC    line+24(11),not_stopped
        LTR    1,1
        BC     EQ,print
        ST     1,packed
        UNPK   digits(5),packed+2(3)
        TR     digits(4),hexadecimal-0xF0
        MVC    line+24(11),blanks
        MVC    line+24(4),digits
print:  MVC    CAW(4),print_program
        MVC    0x78+4(4),is_printed
        SIO    PRINTER
        BC     NE,failed
        BC     ALWAYS,wait_print
printed:CLI    IO_OLD+3,PRINTER
        BC     NE,wait_print
        TM     CSW+4,0x04               ; device end
        BC     1,done
wait_print:
        LPSW   enabled
done:   MVC    0x78+4(4),is_ended
        BCR    ALWAYS,14
failed: LPSW   broken

        .equ   IO_OLD,0x38
        .align 8
status: .dword 0
enabled:.dword 0x8002000000000000
stop:   .dword 0x0002000000000000
broken: .dword 0x0002000000000BAD
ccw_print:      .word 0x09000000+line,0x20000000+35
print_program:  .word ccw_print
is_ended:       .word ended
is_printed:     .word printed
is_caught:      .word caught
end_found:      .word found
end:            .word 0
code:           .word place
foreign:        .word 0x2000
no_more:        .word attempts_end
no_more_programs: .word programs_end
channel_status: .word 0x000000FF
packed:         .word 0,0
scratch:        .dword 0
zero:           .word 0
four:           .half 4
digits:         .space 5
not_stopped:    .ebcdic "NOT STOPPED"
blanks:         .ebcdic "           "
farewell:       .ebcdic "STILL INSIDE            "
line:           .space 35
hexadecimal:    .ebcdic "0123456789ABCDEF"

        .align 2
lpsw_there:     LPSW  stop
ssm_there:      SSM   zero
ssk_there:      SSK   1,8
sio_there:      SIO   TYPEWRITER
execute_there:  EX    0,lpsw_there

        .align 8
; What is to be tried: supervisor state with key 0, or problem state with key 2.
        .equ   SUPERVISOR,0
        .equ   PROBLEM,0x00210000
attempts:
        .ebcdic "LOAD BEYOND THE END     "
        .word  SUPERVISOR
        .ebcdic "STORE BEYOND THE END    "
        .word  SUPERVISOR
        .ebcdic "MOVE ACROSS THE END     "
        .word  SUPERVISOR
        .ebcdic "MOVE FROM THE LAST BYTE "
        .word  SUPERVISOR
        .ebcdic "BRANCH BEYOND THE END   "
        .word  SUPERVISOR
        .ebcdic "KEY BEYOND THE END      "
        .word  SUPERVISOR
        .ebcdic "LOAD UNDER KEY 3        "
        .word  PROBLEM
        .ebcdic "STORE UNDER KEY 3       "
        .word  PROBLEM
        .ebcdic "STORE UNDER KEY 0       "
        .word  PROBLEM
        .ebcdic "BRANCH INTO KEY 3       "
        .word  PROBLEM
        .ebcdic "LPSW                    "
        .word  PROBLEM
        .ebcdic "SSM                     "
        .word  PROBLEM
        .ebcdic "SSK                     "
        .word  PROBLEM
        .ebcdic "ISK                     "
        .word  PROBLEM
        .ebcdic "WRD                     "
        .word  PROBLEM
        .ebcdic "RDD                     "
        .word  PROBLEM
        .ebcdic "DIAGNOSE                "
        .word  PROBLEM
        .ebcdic "SIO                     "
        .word  PROBLEM
        .ebcdic "TIO                     "
        .word  PROBLEM
        .ebcdic "HIO                     "
        .word  PROBLEM
        .ebcdic "TCH                     "
        .word  PROBLEM
        .ebcdic "EXECUTE LPSW            "
        .word  PROBLEM
        .ebcdic "EXECUTE SSM             "
        .word  PROBLEM
        .ebcdic "EXECUTE SSK             "
        .word  PROBLEM
        .ebcdic "EXECUTE SIO             "
        .word  PROBLEM
        .ebcdic "EXECUTE EXECUTE         "
        .word  PROBLEM
attempts_end:
programs:
        .ebcdic "PROGRAM BEYOND THE END  "
        .word  0x000000FF
        .ebcdic "DATA BEYOND THE END     "
        .word  beyond
        .ebcdic "CHAINED DATA BEYOND     "
        .word  beyond_chained
        .ebcdic "SENSE INTO KEY 3        "
        .word  0x20000000+into_key_3
        .ebcdic "WRITE FROM KEY 3        "
        .word  0x20000000+from_key_3
        .ebcdic "PROGRAM IN KEY 3        "
        .word  0x20002000
programs_end:
        .align 8
beyond: .word  0x04000000,0x20000001
beyond_chained:
        .word  0x01000000+blanks,0x80000001
        .word  0,0x20000001
into_key_3:
        .word  0x04002000,0x20000001
from_key_3:
        .word  0x01002000,0x20000001

; --- The instructions, each with a supervisor call behind it, eight bytes a piece; this block has
; --- key 2, so that problem programs may fetch from it.

        .org   0x1800
place:  L      1,0(9)
        SVC    1
        .align 8
        ST     1,0(9)
        SVC    1
        .align 8
        MVC    0(8,10),line
        SVC    1
        .align 8
        MVC    scratch(8),3(10)
        SVC    1
        .align 8
        BCR    ALWAYS,9
        SVC    1
        .align 8
        SSK    1,9
        SVC    1
        .align 8
        L      1,0(8)
        SVC    1
        .align 8
        ST     1,0(8)
        SVC    1
        .align 8
        ST     1,packed
        SVC    1
        .align 8
        BCR    ALWAYS,8
        SVC    1
        .align 8
        LPSW   stop
        SVC    1
        .align 8
        SSM    zero
        SVC    1
        .align 8
        SSK    1,8
        SVC    1
        .align 8
        ISK    1,8
        SVC    1
        .align 8
        WRD    zero,1
        SVC    1
        .align 8
        RDD    0(8),1
        SVC    1
        .align 8
        .word  0x83000000               ; DIAGNOSE has no mnemonic
        SVC    1
        .align 8
        SIO    TYPEWRITER
        SVC    1
        .align 8
        TIO    TYPEWRITER
        SVC    1
        .align 8
        HIO    TYPEWRITER
        SVC    1
        .align 8
        TCH    0
        SVC    1
        .align 8
        EX     0,lpsw_there
        SVC    1
        .align 8
        EX     0,ssm_there
        SVC    1
        .align 8
        EX     0,ssk_there
        SVC    1
        .align 8
        EX     0,sio_there
        SVC    1
        .align 8
        EX     0,execute_there
        SVC    1
        .align 8
