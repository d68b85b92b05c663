; A supervisor gives a task in problem state a virtual storage of six pages and three page frames to keep
; them in. The task fills pages with numbers and adds them up; each page that is not there is a page
; fault, for which the page that came first is written to the pool and the missing one is read. LOAD
; REAL ADDRESS finds the task's lines for the channel, which knows real storage only.
;
; limit: 5000000
; storage: 0x10000

        .dword start                    ; the PSW that initial program loading leaves, basic format

        .equ   EXTERNAL_CODE,0x0E       ; where the extended mode stores interruption codes
        .equ   SVC_CODE,0x10
        .equ   PROGRAM_CODE,0x12
        .equ   SVC_OLD,0x20
        .equ   PROGRAM_OLD,0x28
        .equ   CSW,0x40
        .equ   CAW,0x48
        .org   0x58
        .dword 0x0002000000000BAD       ; external
        .dword call                     ; supervisor call: supervisor state, no translation
        .dword fault                    ; program
        .dword 0x0002000000000BAD       ; machine check
        .dword ended                    ; input/output

        .equ   TYPEWRITER,0x009
        .equ   PAGE_TRANSLATION,17
        .equ   PAGES,6
        .equ   FRAMES,3
        .equ   EQ,8
        .equ   NE,7
        .equ   LOW,4
        .equ   ALWAYS,15

        .org   0x200
start:  LMC    0,6,control              ; the extended mode begins
        L      2,first_frame
        LA     3,2*FRAMES               ; two blocks a frame: key 1, closed to fetching
        LA     1,0x18
key:    SSK    1,2
        LA     2,0x800(2)
        BCT    3,key
        LM     0,15,saved
        LPSW   status

; --- A page that is not there

fault:  STM    0,15,saved
        MVC    status(8),PROGRAM_OLD
        CLI    PROGRAM_CODE+1,PAGE_TRANSLATION
        BC     NE,failed
        SR     2,2                      ; back to the instruction, by its length in halfwords
        IC     2,status+2
        SRL    2,5
        N      2,length_bits
        L      3,status+4
        SR     3,2
        ST     3,status+4
        STMC   2,2,address              ; control register 2: what could not be translated
        L      1,address
        BAL    14,bring
return: LM     0,15,saved
        LPSW   status

; The page of the address in register 1 comes into the frame that has had its page longest.
bring:  LR     4,1
        SRL    4,12
        N      4,page_bits              ; register 4: the page
        CH     4,pages
        BC     11,failed
        L      5,hand                   ; register 5: the frame, four times its number
        L      6,owners(5)
        LTR    6,6
        BC     LOW,empty                ; minus one: nobody's
        LR     9,6
        AR     9,9
        A      9,page_table
        OI     1(9),0x08                ; not available any more
        LR     7,5
        SLL    7,10
        A      7,first_frame
        LR     8,6
        SLL    8,12
        A      8,pool
        BAL    13,copy
empty:  LR     7,4
        SLL    7,12
        A      7,pool
        LR     8,5
        SLL    8,10
        A      8,first_frame
        LR     10,8
        BAL    13,copy
        SRL    10,8                     ; the page number's place in the entry
        LR     9,4
        AR     9,9
        A      9,page_table
        STH    10,0(9)
        ST     4,owners(5)
        LA     5,4(5)
        CH     5,frames
        BC     LOW,turned
        SR     5,5
turned: ST     5,hand
        AP     faults(3),one(1)
        BCR    ALWAYS,14

; A page from register 7 to register 8.
copy:   LA     9,16
copying:MVC    0(256,8),0(7)
        LA     7,256(7)
        LA     8,256(8)
        BCT    9,copying
        BCR    ALWAYS,13

; --- Supervisor calls: 1 writes the 32 columns at register 1, 0 ends the task

call:   STM    0,15,saved
        MVC    status(8),SVC_OLD
        CLI    SVC_CODE+1,1
        BC     NE,finish
        L      1,saved+4
find:   LRA    2,0(1)
        BC     EQ,found
        BAL    14,bring
        L      1,saved+4
        BC     ALWAYS,find
found:  ST     2,ccw
        MVI    ccw,0x09                 ; write and return the carrier
        BAL    14,write
        BC     ALWAYS,return

finish: MVC    line+14(6),pattern
        ED     line+14(6),faults
        MVC    ccw(4),line_at
        MVI    ccw,0x09
        BAL    14,write
        LPSW   stop

write:  MVC    CAW(4),ccw_at
        SIO    TYPEWRITER
        BC     NE,failed
        LPSW   enabled
ended:  CLC    CSW+4(2),well
        BC     NE,failed
        BCR    ALWAYS,14
failed: LPSW   broken

; --- The supervisor's data

        .align 8
status: .dword 0x0411000000100000       ; translation, key 1, problem state; segment 1
enabled:.dword 0x0202000000000000       ; input/output, wait
stop:   .dword 0x0002000000000000
broken: .dword 0x0002000000000BAD
ccw:    .word  0,32
control:.word  segment_table,0,0,0,0x80000000,0,0x00800000      ; cr0, 2, 4: channel 0, 6: extended
ccw_at: .word  ccw
line_at:.word  line
first_frame:
        .word  0x2000
pool:   .word  0x8000
page_table:
        .word  pages_of_1
hand:   .word  0
owners: .word  -1,-1,-1
address:.word  0
length_bits:
        .word  6
page_bits:
        .word  0xFF
saved:  .space 48                       ; general registers; 12 is the task's base
        .word  0x100000,0,0,0
pages:  .half  PAGES
frames: .half  4*FRAMES
well:   .half  0x0C00                   ; channel end, device end
faults: .byte  0x00,0x00,0x0C
one:    .byte  0x1C
pattern:.byte  0x40,0x20,0x20,0x20,0x21,0x20
line:   .ebcdic "PAGE FAULTS:                    "

        .org   0x1000
segment_table:
        .word  1                        ; not available
        .word  (PAGES-1)<<24 | pages_of_1
        .word  1,1,1,1,1,1,1,1,1,1,1,1,1,1
pages_of_1:
        .half  0x0008,0x0008,0x0008,0x0008,0x0008,0x0008

; --- The task: page 0 as it is in the pool. Its addresses are those of segment 1.

        .org   0x8000
task:   .using task,12
        LA     4,0xFFF(12)
        LA     4,1(4)                   ; page 1
        LR     3,4
        LA     5,1
        LA     6,80                     ; sixteen numbers a page, five pages
fill:   ST     5,0(4)
        LA     5,1(5)
        LA     4,256(4)
        BCT    6,fill
        SR     7,7
        LA     6,80
add:    A      7,0(3)
        LA     3,256(3)
        BCT    6,add
        CVD    7,work
        MVC    total+14(6),places
        ED     total+14(6),work+5
        LA     1,total
        SVC    1
        SVC    0
        .align 8
work:   .dword 0
places: .byte  0x40,0x20,0x20,0x20,0x21,0x20
total:  .ebcdic "NUMBERS ADDED:                  "
