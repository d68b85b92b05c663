; A batch monitor reads a deck of cards. A card //JOB gives the job's name and its program: LIST prints
; the cards that follow, ADD adds their numbers up, SORT puts them on the disk, reads them back and
; prints them in order. Programs run in problem state under a key of their own and call the monitor for
; every card and line; one that goes wrong ends, and the next job begins. Each job has its pages on the
; printer and a card with its summary from the punch.
;
; limit: 50000000
; storage: 0x4000
; deck: batch.deck
; disk: 2

        .dword start

        .equ   SVC_OLD,0x20
        .equ   PROGRAM_OLD,0x28
        .equ   IO_OLD,0x38
        .equ   CSW,0x40
        .equ   CAW,0x48
        .org   0x58
        .dword 0x0002000000000BAD       ; external
        .dword call                     ; supervisor call
        .dword wrong                    ; program
        .dword 0x0002000000000BAD       ; machine check
        .dword io_ended                 ; input/output

        .equ   READER,0x00C
        .equ   PUNCH,0x00D
        .equ   PRINTER,0x00E
        .equ   DISK,0x190
        .equ   EQ,8
        .equ   NE,7
        .equ   LOW,4
        .equ   HIGH,2
        .equ   ALWAYS,15

        .org   0x200
start:  LA     1,0x10                   ; the programs' two blocks have key 1
        L      2,programs_at
        SSK    1,2
        LA     2,0x800(2)
        SSK    1,2

; --- From job to job. Cards before the first one, or left over by a program, are passed over.

between:CLI    held,1
        BC     EQ,job
        BAL    13,read_card
        LTR    15,15
        BC     NE,finish
        CLC    card(6),job_word
        BC     NE,between
job:    MVI    held,0
        CLC    card(6),job_word
        BC     NE,between               ; some other control card
        MVC    name(8),card+6
        MVC    program(4),card+15
        MVC    header+27(8),name
        MVC    header+47(4),program
        ZAP    page(2),zero(1)
        ZAP    cards(3),zero(1)
        AP     jobs(2),one(1)
        BAL    12,new_page
        LA     4,table
look:   CLC    0(4,4),program
        BC     EQ,found
        LA     4,8(4)
        CLI    0(4),0
        BC     NE,look
        MVC    ending(25),no_program
        BC     ALWAYS,end_job
found:  MVC    user_psw(8),problem
        MVC    user_psw+4(4),4(4)
        L      12,programs_at           ; the base of all programs
        LPSW   user_psw

end_job:MVC    summary+4(8),name
        MVC    summary+13(4),program
        MVC    summary+18(6),pattern
        ED     summary+18(6),cards
        MVC    summary+32(25),ending
        LA     1,summary
        SR     3,3
        BAL    13,print_line
        LA     1,PUNCH
        LA     2,punch_summary
        BAL    14,io
        BC     ALWAYS,between

finish: MVC    last_line(4),few
        ED     last_line(4),jobs
        LA     1,PRINTER
        LA     2,print_last
        BAL    14,io
        LPSW   stop

; --- Interruptions out of a program

wrong:  TM     PROGRAM_OLD+1,0x01       ; was it in problem state?
        BC     EQ,failed
        UNPK   digits(5),PROGRAM_OLD+2(3)
        TR     digits(4),hexadecimal-0xF0
        MVC    ending(25),interrupted
        MVC    ending+21(4),digits
        BC     ALWAYS,end_job

call:   STM    0,15,user_gr
        MVC    user_psw(8),SVC_OLD
        SR     4,4
        IC     4,SVC_OLD+3
        CH     4,calls
        BC     HIGH,bad_call
        SLL    4,2
        L      4,entries(4)
        BCR    ALWAYS,4
bad_call:
        MVC    ending(25),unknown_call
        BC     ALWAYS,end_job
back:   LM     0,15,user_gr
        LPSW   user_psw

; SVC 0: the program is done.
ended:  MVC    ending(25),well
        BC     ALWAYS,end_job

; SVC 1: the next card to where register 1 says; register 15 is 4 if the job has no more.
get:    MVC    user_gr+60(4),four
        CLI    held,1
        BC     EQ,back
        BAL    13,read_card
        LTR    15,15
        BC     NE,back
        CLC    card(2),job_word
        BC     NE,data
        MVI    held,1
        BC     ALWAYS,back
data:   AP     cards(3),one(1)
        L      1,user_gr+4
        MVC    0(80,1),card
        XC     user_gr+60(4),user_gr+60
        BC     ALWAYS,back

; SVC 2: print the 80 columns at register 1.
put:    L      1,user_gr+4
        L      3,key_1
        BAL    13,print_line
        BC     ALWAYS,back

; SVC 3 and 4: write, read the 80 columns at register 1 as record 1, 2, … (register 2) of the disk.
; What is written ends the track.
store:  L      2,user_gr+8
        STC    2,count_area+4
        BCTR   2,0
        STC    2,identifier+4           ; the record goes behind the one before it
        MVC    write_data+1(3),user_gr+5
        MVC    transfer(16),write_count
        BC     ALWAYS,disk
fetch:  MVC    identifier+4(1),user_gr+11
        MVC    read_data+1(3),user_gr+5
        MVC    transfer(8),read_data
disk:   LA     1,DISK
        LA     2,seek
        O      2,key_1
        BAL    14,io
        TM     io_status,0x02           ; unit check
        BC     1,disk_error
        BC     ALWAYS,back
disk_error:
        MVC    ending(25),no_record
        BC     ALWAYS,end_job

; --- The next card to `card`; register 15 is 4 if there is none.

read_card:
        LA     15,4
        CLI    at_end,1
        BC     EQ,no_card
        LA     1,READER
        LA     2,read
        BAL    14,io
        TM     io_status,0x03           ; unit exception: end of file; unit check: no cards at all
        BC     EQ,has_card
        MVI    at_end,1
        LA     15,4
        BCR    ALWAYS,13
has_card:
        SR     15,15
no_card:BCR    ALWAYS,13

; --- The 80 columns at register 1, under the key in register 3, and a new page where one is due.

print_line:
        CP     lines(2),page_length(2)
        BC     LOW,has_room
        LR     5,1
        BAL    12,new_page
        LR     1,5
has_room:
        AP     lines(2),one(1)
        ST     1,print
        MVI    print,0x09               ; write and space one line
        LA     2,print
        OR     2,3
        LA     1,PRINTER
        BAL    14,io
        BCR    ALWAYS,13

new_page:
        AP     page(2),one(1)
        ZAP    lines(2),zero(1)
        MVC    header+58(4),few
        ED     header+58(4),page
        LA     1,PRINTER
        LA     2,skip
        BAL    14,io
        BCR    ALWAYS,12

; --- The channel program at register 2 on the unit in register 1, up to device end. `io_status`:
; --- what the unit has told.

io:     ST     2,CAW
        MVI    io_status,0
        SIO    0(1)
        BC     EQ,io_wait
        BC     4,io_stored              ; condition code 1: some of it has ended already
        BC     ALWAYS,failed
io_wait:LPSW   enabled
io_ended:
        CH     1,IO_OLD+2
        BC     NE,io_wait
io_stored:
        OC     io_status(1),CSW+4
        TM     CSW+5,0xFF               ; checks of the channel
        BC     NE,failed
        TM     io_status,0x04
        BC     EQ,io_wait
        BCR    ALWAYS,14
failed: LPSW   broken

; --- Data

        .align 8
enabled:        .dword 0xC002000000000000
stop:           .dword 0x0002000000000000
broken:         .dword 0x0002000000000BAD
problem:        .dword 0x0011000000000000
user_psw:       .dword 0
read:           .word  0x02000000+card,80
print:          .word  0,80
punch_summary:  .word  0x01000000+summary,80
print_last:     .word  0x09000000+last_line,last_length
skip:           .word  0x8B000000,0x60000001    ; to channel 1 of the carriage tape
                .word  0x11000000+header,80     ; write and space two lines
seek:           .word  0x07000000+seek_address,0x40000006
search:         .word  0x31000000+identifier,0x40000005
                .word  0x08000000+search,0
transfer:       .space 16
write_count:    .word  0x1D000000+count_area,0x80000008
write_data:     .word  0,80
read_data:      .word  0x06000000,80
user_gr:        .space 64
programs_at:    .word  0x1000
key_1:          .word  0x10000000
four:           .word  4
entries:        .word  ended,get,put,store,fetch
calls:          .half  4
seek_address:   .half  0,0,0
identifier:     .half  0,0
                .byte  0
                .align 2
count_area:     .half  0,0              ; cylinder and head
                .byte  0,0              ; record, no key
                .half  80
io_status:      .byte  0
held:           .byte  0                ; a control card is in `card`
at_end:         .byte  0                ; the reader has told so
jobs:           .byte  0x00,0x0C
page:           .byte  0x00,0x0C
lines:          .byte  0x00,0x0C
page_length:    .byte  0x01,0x0C        ; ten lines
cards:          .byte  0x00,0x00,0x0C
zero:           .byte  0x0C
one:            .byte  0x1C
digits:         .space 5
pattern:        .byte  0x40,0x20,0x20,0x20,0x21,0x20
few:            .byte  0x40,0x20,0x21,0x20
job_word:       .ebcdic "//JOB "
name:           .space 8
program:        .space 4
ending:         .space 25
well:           .ebcdic "ENDED                    "
interrupted:    .ebcdic "PROGRAM INTERRUPTION     "
unknown_call:   .ebcdic "NO SUCH CALL             "
no_program:     .ebcdic "NO SUCH PROGRAM          "
no_record:      .ebcdic "THE DISK REFUSES         "
summary:        .ebcdic "JOB                      CARDS,         "
                .ebcdic "                                        "
header:         .ebcdic "POPEK BATCH MONITOR    JOB             P"
                .ebcdic "ROGRAM        PAGE                      "
last_line:      .ebcdic "     JOBS, END OF BATCH"
        .equ    last_length,.-last_line
        .align 4
table:          .ebcdic "LIST"
                .word  list
                .ebcdic "ADD "
                .word  add
                .ebcdic "SORT"
                .word  sort
                .word  0
hexadecimal:    .ebcdic "0123456789ABCDEF"
card:           .space 80

; --- The programs

        .org   0x1000
base:   .using base,12
list:   LA     1,buffer
list_1: SVC    1
        LTR    15,15
        BC     NE,quit
        SVC    2
        BC     ALWAYS,list_1
quit:   SVC    0

; Numbers stand in columns 1 to 8.
add:    ZAP    total(8),nought(1)
        LA     1,buffer
add_1:  SVC    1
        LTR    15,15
        BC     NE,add_2
        SVC    2
        PACK   number(5),buffer(8)
        AP     total(8),number(5)
        BC     ALWAYS,add_1
add_2:  MVC    sum+8(8),places
        ED     sum+8(8),total+4
        LA     1,sum
        SVC    2
        SVC    0

; Cards go to the disk as they come, and come back into the table.
sort:   SR     7,7
sort_1: LA     1,buffer
        SVC    1
        LTR    15,15
        BC     NE,sort_2
        LA     7,1(7)
        LR     2,7
        SVC    3
        CH     7,most
        BC     LOW,sort_1
sort_2: LTR    7,7
        BC     EQ,quit
        SR     2,2
        LA     1,lines_read
sort_3: LA     2,1(2)
        SVC    4
        LA     1,80(1)
        CR     2,7
        BC     LOW,sort_3
        LR     10,1
        LA     8,lines_read
sort_4: LA     9,80(8)                  ; the least of the rest comes to register 8
sort_5: CR     9,10
        BC     11,sort_7
        CLC    0(80,8),0(9)
        BC     13,sort_6
        XC     0(80,8),0(9)
        XC     0(80,9),0(8)
        XC     0(80,8),0(9)
sort_6: LA     9,80(9)
        BC     ALWAYS,sort_5
sort_7: LR     1,8
        SVC    2
        LA     8,80(8)
        CR     8,10
        BC     LOW,sort_4
        SVC    0

        .align 2
most:   .half  20
nought: .byte  0x0C
places: .byte  0x40,0x20,0x20,0x20,0x20,0x20,0x21,0x20
sum:    .ebcdic "TOTAL                                   "
        .ebcdic "                                        "
number: .space 5
total:  .space 8
buffer: .space 80
        .align 0x800
lines_read:
        .space 20*80
