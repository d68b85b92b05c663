; A small supervisor shares the processor among three tasks in problem state: one counts primes, one
; looks for long Collatz chains, one for perfect numbers. The interval timer takes the processor away
; from a task, SVC 1 writes one of its lines over the typewriter, SVC 0 ends it.
;
; limit: 20000000
; storage: 0x4000

        .dword start                    ; the PSW that initial program loading leaves

; What an interruption stores in low storage, and what it loads.
        .equ   EXTERNAL_OLD,0x18
        .equ   SVC_OLD,0x20
        .equ   IO_OLD,0x38
        .equ   CAW,0x48
        .equ   STATUS,0x44              ; of unit and channel, in the channel status word
        .equ   TIMER,0x50
        .equ   IO_NEW,0x78
        .org   CAW
        .word  ccw
        .org   0x58
        .dword external                 ; external interruption: supervisor state, key 0, masked
        .dword call                     ; supervisor call
        .dword 0x0002000000000BAD       ; program interruption: not in this system
        .dword 0x0002000000000BAD       ; machine check
        .dword ended                    ; input/output

        .equ   TYPEWRITER,0x009
        .equ   EQ,8                     ; masks of BRANCH ON CONDITION
        .equ   LOW,4
        .equ   HIGH,2
        .equ   NE,7
        .equ   ALWAYS,15

; A task as the supervisor sees it.
        .equ   T_PSW,0
        .equ   T_GR,8                   ; general registers 0 to 15
        .equ   T_GR1,12
        .equ   T_GR2,16
        .equ   T_STATE,72
        .equ   T_NEXT,76
        .equ   READY,0
        .equ   WANTS,1                  ; to write a line
        .equ   WRITES,2
        .equ   DONE,3
        .equ   TASKS,3

        .org   0x200
; Storage keys: each task has a block of 2,048 bytes to itself, closed to fetching, too. What the
; tasks share they may fetch; the supervisor's own block they may not even read.
start:  LA     2,0
        LA     3,keys
key:    IC     1,0(3)
        SSK    1,2
        LA     3,1(3)
        LA     2,0x800(2)
        C      2,end_of_storage
        BC     LOW,key
        BC     ALWAYS,dispatch

; --- Interruptions. The registers go to the current task's save area.

external:
        STM    0,15,registers
        MVC    status_word(8),EXTERNAL_OLD
        BAL    14,keep
        BC     ALWAYS,dispatch

call:   STM    0,15,registers
        MVC    status_word(8),SVC_OLD
        BAL    14,keep
        CLI    SVC_OLD+3,1              ; the interruption code is the call's number
        BC     EQ,wants
        CLI    SVC_OLD+3,0
        BC     NE,failed
        MVI    T_STATE(10),DONE
        BC     ALWAYS,dispatch
wants:  MVI    T_STATE(10),WANTS
        BAL    14,write
        BC     ALWAYS,dispatch

ended:  STM    0,15,registers
        MVC    status_word(8),IO_OLD
        BAL    14,keep
        CLC    STATUS(2),well
        BC     NE,failed
        L      9,writer
        MVI    T_STATE(9),READY
        SR     1,1
        ST     1,writer
        BAL    14,write
        BC     ALWAYS,dispatch

keep:   L      10,current
        MVC    T_PSW(8,10),status_word
        MVC    T_GR(64,10),registers
        BCR    ALWAYS,14

; --- The typewriter: the next task that wants to write a line writes it, under its own key.

write:  L      1,writer
        LTR    1,1
        BCR    NE,14                    ; somebody writes already
        L      9,last_writer
        LA     8,TASKS
look:   L      9,T_NEXT(9)
        CLI    T_STATE(9),WANTS
        BC     EQ,found
        BCT    8,look
        BCR    ALWAYS,14
found:  MVC    ccw(4),T_GR1(9)          ; address and count are in registers 1 and 2
        MVI    ccw,0x09                 ; write and return the carrier
        MVC    ccw+6(2),T_GR2+2(9)
        MVC    CAW(1),T_PSW+1(9)
        NI     CAW,0xF0
        SIO    TYPEWRITER
        BC     NE,failed
        MVI    T_STATE(9),WRITES
        ST     9,writer
        ST     9,last_writer
        BCR    ALWAYS,14

; --- The next task that is ready gets the processor, and the timer is set.

dispatch:
        L      10,current
        LA     8,TASKS
turn:   L      10,T_NEXT(10)
        CLI    T_STATE(10),READY
        BC     EQ,go
        BCT    8,turn
        LA     8,TASKS
all:    L      10,T_NEXT(10)
        CLI    T_STATE(10),DONE
        BC     NE,idle
        BCT    8,all
        BC     ALWAYS,finish
go:     ST     10,current
        MVC    TIMER(4),slice
        MVC    status_word(8),T_PSW(10)
        LM     0,15,T_GR(10)
        LPSW   status_word

; Nobody is ready. What is pending comes in at once, anything else out of the wait.
idle:   LA     10,idler
        ST     10,current
        SSM    open
        LPSW   waiting

; All tasks are done: a last line, and the interruption at its end goes elsewhere.
finish: SSM    closed
        MVC    IO_NEW(8),ends
        MVC    CAW(4),farewell
        SIO    TYPEWRITER
        BC     NE,failed
        LPSW   last_wait
over:   CLC    STATUS(2),well
        BC     NE,failed
        LPSW   stop
failed: LPSW   broken

; --- The supervisor's data

        .align 8
status_word:    .dword 0
waiting:        .dword 0x8102000000000000
last_wait:      .dword 0x8002000000000000
ends:           .dword over
stop:           .dword 0x0002000000000000
broken:         .dword 0x0002000000000BAD
last_ccw:       .word 0x09000000+last_line,last_length
farewell:       .word last_ccw
current:        .word idler
writer:         .word 0
last_writer:    .word task_3
slice:          .word 0x00000200        ; runs out with the third tick
end_of_storage: .word 0x4000
registers:      .space 64
well:           .half 0x0C00            ; channel end and device end
open:           .byte 0x81              ; channel 0, external
closed:         .byte 0
keys:           .byte 0x08,0x00,0x18,0x28,0x38,0x00,0x08,0x08
last_line:      .ebcdic "ALL TASKS ARE DONE"
        .equ   last_length,.-last_line

        .align 8
; The tasks: PSW with channel 0 and external interruptions, key and problem state; registers, of
; which 12 is the task's base, 13 that of the shared code, 15 its entry.
task_1: .dword 0x8111000000000000+primes
        .space 48
        .word  block_1,shared,0,print
        .byte  READY,0,0,0
        .word  task_2
task_2: .dword 0x8121000000000000+chains
        .space 48
        .word  block_2,shared,0,print
        .byte  READY,0,0,0
        .word  task_3
task_3: .dword 0x8131000000000000+perfect
        .space 48
        .word  block_3,shared,0,print
        .byte  READY,0,0,0
        .word  task_1
idler:  .dword 0
        .space 64
        .byte  DONE,0,0,0
        .word  task_1

; What the channel fetches under a task's key stands in a block that is open to fetching.
        .org   0x800
ccw:    .word  0,0

; --- Task 1: primes below 100, 200, …, 500

        .org   0x1000
block_1:
        .using block_1,12
        .dword 0                        ; every task begins with a double word to work in
line_1: .ebcdic "PRIMES BELOW........:........"
        .align 4
primes: LA     5,2                      ; the number under test
        SR     6,6                      ; primes so far
        LA     7,100
prime:  CR     5,7
        BC     LOW,divide
        LR     2,7
        LA     3,line_1+12
        BALR   14,15
        LR     2,6
        LA     3,line_1+21
        BALR   14,15
        LA     1,line_1
        LA     2,29
        SVC    1
        LA     7,100(7)
        CH     7,most
        BC     HIGH,done_1
divide: LA     8,2
divisor:LR     3,8
        MR     2,8
        CR     3,5
        BC     HIGH,counts              ; no divisor up to the root
        LR     3,5
        SR     2,2
        DR     2,8
        LTR    2,2
        BC     EQ,composite
        LA     8,1(8)
        BC     ALWAYS,divisor
counts: LA     6,1(6)
composite:
        LA     5,1(5)
        BC     ALWAYS,prime
done_1: SVC    0
most:   .half  500

; --- Task 2: the start below 10, 100, 500 from which halving the even and tripling the odd numbers
; --- and adding one takes longest to come to 1

        .org   0x1800
block_2:
        .using block_2,12
        .dword 0
line_2: .ebcdic "LONGEST CHAIN BELOW........ STARTS AT........"
        .align 4
chains: LA     5,1                      ; the start
        SR     6,6                      ; steps of the longest chain
        SR     7,7                      ; its start
        LA     8,bounds
chain:  LR     9,5
        SR     10,10
follow: CH     9,one_2
        BC     EQ,arrived
        LA     10,1(10)
        LR     11,9
        N      11,odd
        BC     EQ,even                  ; condition code 0: the result is zero
        LR     11,9
        AR     9,9
        AR     9,11
        LA     9,1(9)
        BC     ALWAYS,follow
even:   SRL    9,1
        BC     ALWAYS,follow
arrived:CR     10,6
        BC     13,next                  ; not longer
        LR     6,10
        LR     7,5
next:   LA     5,1(5)
        CH     5,0(8)
        BC     LOW,chain
        LH     2,0(8)
        LA     3,line_2+19
        BALR   14,15
        LR     2,7
        LA     3,line_2+37
        BALR   14,15
        LA     1,line_2
        LA     2,45
        SVC    1
        LA     8,2(8)
        LH     2,0(8)
        LTR    2,2
        BC     NE,chain
        SVC    0
        .align 4
odd:    .word  1
one_2:  .half  1
bounds: .half  10,100,500,0

; --- Task 3: perfect numbers up to 500

        .org   0x2000
block_3:
        .using block_3,12
        .dword 0
line_3: .ebcdic "PERFECT NUMBER........"
        .align 4
perfect:LA     5,2
number: LA     6,1                      ; the sum of the divisors
        LA     7,2
pair:   LR     3,7
        MR     2,7
        CR     3,5
        BC     HIGH,summed
        BC     EQ,square
        LR     3,5
        SR     2,2
        DR     2,7
        LTR    2,2
        BC     NE,no_divisor
        AR     6,3                      ; the quotient divides, too
        AR     6,7
no_divisor:
        LA     7,1(7)
        BC     ALWAYS,pair
square: AR     6,7
summed: CR     6,5
        BC     NE,following
        LR     2,5
        LA     3,line_3+14
        BALR   14,15
        LA     1,line_3
        LA     2,22
        SVC    1
following:
        LA     5,1(5)
        CH     5,bound_3
        BC     LOW,number
        SVC    0
bound_3:.half  500

; --- Shared: the number in register 2, in eight columns at register 3

        .org   0x2800
shared: .using shared,13
print:  CVD    2,0(12)
        MVC    0(8,3),pattern
        ED     0(8,3),4(12)
        BCR    ALWAYS,14
pattern:.byte  0x40,0x20,0x20,0x20,0x20,0x20,0x21,0x20
