; Asks the machine everything a program can ask: where storage ends, what keys come back, how fast the
; timer is, what interruptions store, how channels and units answer. The report on the printer is the
; machine's, word for word; a virtual machine is one whose report is the same.
;
; limit: 20000000
; storage: 0x8000

        .dword start

        .equ   EXTERNAL_OLD,0x18
        .equ   SVC_OLD,0x20
        .equ   PROGRAM_OLD,0x28
        .equ   IO_OLD,0x38
        .equ   CSW,0x40
        .equ   CAW,0x48
        .equ   TIMER,0x50
        .equ   EXTERNAL_NEW,0x58
        .equ   SVC_NEW,0x60
        .equ   PROGRAM_NEW,0x68
        .equ   IO_NEW,0x78
        .org   EXTERNAL_NEW
        .dword 0x0002000000000BAD,0x0002000000000BAD,failed
        .dword 0x0002000000000BAD,printed

        .equ   PRINTER,0x00E
        .equ   EQ,8
        .equ   NE,7
        .equ   LOW,4
        .equ   ALWAYS,15

        .org   0x200
; --- Where does storage end, to loads and to keys?
start:  MVC    name(24),n_storage
        MVC    PROGRAM_NEW+4(4),to_end
        SR     4,4
step:   IC     1,0(4)
        AH     4,block
        BC     ALWAYS,step
end:    LR     1,4
        BAL    14,word
        MVC    name(24),n_keys
        MVC    PROGRAM_NEW+4(4),to_end_of_keys
        SR     4,4
key:    ISK    1,4
        AH     4,block
        BC     ALWAYS,key
no_key: LR     1,4
        BAL    14,word

; --- Which of the 32 keys come back from the last block?
        MVC    name(24),n_round_trip
        SH     4,block
        SR     5,5                      ; the key
        SR     6,6                      ; those that came back
trip:   SSK    5,4
        SR     1,1
        ISK    1,4
        CR     1,5
        BC     NE,other_key
        LA     6,1(6)
other_key:
        LA     5,8(5)
        CH     5,all_keys
        BC     LOW,trip
        SR     5,5
        SSK    5,4
        LR     1,6
        BAL    14,word

; --- How many ticks in 50,000 turns, how many turns until the timer interrupts?
        MVC    name(24),n_ticks
        L      1,turns
        MVC    TIMER(4),long
tick:   BCT    1,tick
        L      2,TIMER
        L      1,long
        SR     1,2
        SRL    1,8
        BAL    14,word
        MVC    EXTERNAL_NEW(8),to_fresh ; what is pending already comes in first
        SSM    external_only
        SSM    zero
fresh:  MVC    name(24),n_turns
        MVC    EXTERNAL_NEW(8),to_run_out
        SR     1,1
        MVC    TIMER(4),short
        SSM    external_only
turn:   LA     1,1(1)
        BC     ALWAYS,turn
run_out:MVC    TIMER(4),long
        BAL    14,word
        MVC    name(24),n_external
        MVC    status(8),EXTERNAL_OLD
        NI     status+4,0x3F            ; the length code says nothing here
        MVC    status+5(3),zero         ; nor does the address, beside the turns
        BAL    14,double

; --- What do interruptions store?
        MVC    name(24),n_call
        MVC    SVC_NEW(8),to_called
        L      1,mask
        SPM    1
        SVC    0x42
called: MVC    status(8),SVC_OLD
        BAL    14,double
        MVC    name(24),n_problem
        MVC    SVC_NEW(8),to_called_again
        LPSW   problem
        .align 8
user:   SVC    0xFF
called_again:
        MVC    status(8),SVC_OLD
        BAL    14,double
        MVC    name(24),n_privileged
        MVC    PROGRAM_NEW+4(4),to_refused
        LPSW   problem_2
user_2: SSM    zero
refused:MVC    status(8),PROGRAM_OLD
        BAL    14,double
        MVC    name(24),n_undefined
        MVC    PROGRAM_NEW+4(4),to_undefined
        .half  0xB202,0                 ; STORE CPU ID on later machines
undefined:
        MVC    status(8),PROGRAM_OLD
        BAL    14,double
        MVC    name(24),n_boundary
        MVC    PROGRAM_NEW+4(4),to_boundary
        LPSW   status+4
boundary:
        MVC    status(8),PROGRAM_OLD
        BAL    14,double
        MVC    name(24),n_link
        SR     2,2                      ; condition code 0
        BALR   1,0
        BAL    14,word

; --- Is an instruction that was just changed the changed one?
        MVC    name(24),n_changed
        SR     1,1
        MVI    victim+3,1
victim: LA     1,0
        BAL    14,word

; --- How do channels and units answer? A condition code each.
        MVC    name(24),n_channels
        LA     4,0
        LA     6,7
        LA     3,value
channel:TCH    0(4)
        BAL    13,code
        AH     4,next_channel
        BCT    6,channel
        BAL    14,print
        MVC    name(24),n_units
        LA     5,units
        LA     6,6
        LA     3,value
unit:   LH     4,0(5)
        TIO    0(4)
        BAL    13,code
        LA     5,2(5)
        BCT    6,unit
        BAL    14,print
        MVC    name(24),n_nothing
        LA     3,value
        MVC    CAW(4),to_no_operation
        SIO    0x0FF
        BAL    13,code
        BAL    14,print
        MVC    name(24),n_no_operation
        MVC    CSW(8),zero
        LA     3,value
        MVC    CAW(4),to_no_operation
        SIO    PRINTER
        BAL    13,code
        MVC    status(8),CSW
        BAL    14,print
        MVC    name(24),n_stored
        BAL    14,double

        MVC    name(24),n_end
        BAL    14,print
        LPSW   stop

; --- The printer. `code`: the condition code, a digit; `word`: register 1; `double`: `status`.

code:   BALR   1,0
        SLL    1,2
        SRL    1,30
        STC    1,0(3)
        OI     0(3),0xF0
        LA     3,2(3)
        BCR    ALWAYS,13

word:   ST     1,status
        LA     12,print
        BC     ALWAYS,first
double: UNPK   value+9(9),status+4(5)
        TR     value+9(8),hexadecimal-0xF0
        MVI    value+17,0x40
        LA     12,print
first:  UNPK   value(9),status(5)
        TR     value(8),hexadecimal-0xF0
        MVI    value+8,0x40
        BCR    ALWAYS,12
print:  MVC    CAW(4),to_print
        SIO    PRINTER
        BC     NE,failed
wait:   LPSW   enabled
printed:CLI    IO_OLD+3,PRINTER
        BC     NE,wait
        TM     CSW+4,0x04               ; device end
        BC     EQ,wait
        MVI    value,0x40
        MVC    value+1(19),value
        BCR    ALWAYS,14
failed: LPSW   broken

        .align 8
status: .dword 0,0
enabled:.dword 0x8002000000000000
stop:   .dword 0x0002000000000000
broken: .dword 0x0002000000000BAD
problem:        .dword 0xFE2D000000000000+user
problem_2:      .dword 0xFE21000000000000+user_2
ccw:            .word 0x09000000+name,0x20000000+44
no_operation:   .word 0x03000000,0x20000001
to_fresh:       .dword fresh
to_run_out:     .dword run_out
to_called:      .dword called
to_called_again:.dword called_again
to_end:         .word end
to_end_of_keys: .word no_key
to_refused:     .word refused
to_undefined:   .word undefined
to_boundary:    .word boundary
to_print:       .word ccw
to_no_operation:.word no_operation
zero:           .word 0,0
turns:          .word 50000
long:           .word 0x7FFFFF00
short:          .word 0x00000100
mask:           .word 0x25000000        ; condition code 2, program mask 5
block:          .half 0x800
all_keys:       .half 0x100
next_channel:   .half 0x100
units:          .half 0x009,0x00C,0x00D,0x00E,0x190,0x0FF
external_only:  .byte 0x01

n_storage:      .ebcdic "STORAGE ENDS AT         "
n_keys:         .ebcdic "KEYS END AT             "
n_round_trip:   .ebcdic "KEYS THAT COME BACK     "
n_ticks:        .ebcdic "TICKS IN 50000 TURNS    "
n_turns:        .ebcdic "TURNS TO A TIMER OF 1   "
n_external:     .ebcdic "EXTERNAL OLD PSW        "
n_call:         .ebcdic "SUPERVISOR CALL OLD PSW "
n_problem:      .ebcdic "OF A PROBLEM PROGRAM    "
n_privileged:   .ebcdic "SSM IN PROBLEM STATE    "
n_undefined:    .ebcdic "OPERATION B202          "
n_boundary:     .ebcdic "LPSW OFF ITS BOUNDARY   "
n_link:         .ebcdic "BRANCH AND LINK         "
n_changed:      .ebcdic "CHANGED INSTRUCTION     "
n_channels:     .ebcdic "CHANNELS 0 TO 6         "
n_units:        .ebcdic "UNITS 9 C D E 190 FF    "
n_nothing:      .ebcdic "START I/O TO NO UNIT    "
n_no_operation: .ebcdic "START NO-OPERATION      "
n_stored:       .ebcdic "AND THE CSW             "
n_end:          .ebcdic "END OF REPORT           "
name:           .space 24
value:          .space 20,0x40
hexadecimal:    .ebcdic "0123456789ABCDEF"
