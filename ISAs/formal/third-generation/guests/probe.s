; A supervisor looks at everything it can read of the machine, and so does a user program: where
; storage ends, R before and after it is loaded, M, and what instruction 0x20 does, which some variants
; have. Each answer is a line of 16 bits, or ! if it was refused. On a virtual machine the lines are the same as on a bare one,
; unless the machine lets a program see through.
;
; limit: 20000
; storage: 96

        .word 0                         ; E[0]: the old status word
        .word handler*0x10000+0xFF      ; E[1]: the new one, supervisor mode, all of storage

        .org  2
start:  LDI   a1,0
next:   LD    a2,0(a1)                  ; until this traps
        LDI   a2,1
        ADD   a1,a2
        JMP   next

handler:LD    a2,phase
        JR    a2

ended:  JAL   a3,show
        SRB   a1
        JAL   a3,show
        LDI   a1,0xFE                   ; a bound of one less
        LRB   a1
        SRB   a1
        JAL   a3,show
        RDM   a1
        JAL   a3,show
        LDI   a2,left
        ST    a2,phase
        LDI   a1,0
        .word 0x20400000+seen           ; RDC a1 or JRST 1,seen, where there is one
seen:   RDM   a1                        ; refused, if this is user mode now
        JAL   a3,show
        JMP   users
left:   JAL   a3,refuse
users:  LDI   a2,called
        ST    a2,phase
        LPSW  user

; The user program calls: 0 ends it, 1 shows a1. Anything else was refused, and the call behind it
; is passed over.
called: LD    a2,0
        LD    a3,codes
        AND   a2,a3
        LD    a3,call_1
        SUB   a3,a2
        JZ    a3,shown
        LD    a3,call_0
        SUB   a3,a2
        JZ    a3,finish
        JAL   a3,refuse
        LD    a2,0
        LD    a3,two_pc
        ADD   a2,a3
        ST    a2,0
        LPSW  0
shown:  JAL   a3,show
        LPSW  0
finish: JMP   finish

; Bits 15 to 0 of a1.
show:   LDI   a0,16
        ST    a0,count
bit:    LD    a2,top
        AND   a2,a1
        JZ    a2,zero
        LDI   a2,1
zero:   LDI   a0,48
        ADD   a2,a0
        OUT   a2
        ADD   a1,a1
        LD    a2,count
        LDI   a0,1
        SUB   a2,a0
        ST    a2,count
        JZ    a2,line
        JMP   bit
refuse: LDI   a2,33
        OUT   a2
line:   LDI   a2,10
        OUT   a2
        JR    a3

phase:  .word ended
count:  .word 0
top:    .word 0x8000
codes:  .word 0x7F000000
call_0: .word 0x40000000
call_1: .word 0x41000000
two_pc: .word 0x00020000
user:   .word 0x80000000+user_base*0x100+user_size

user_base:
        SRB   a1
        SVC   1
        RDM   a1
        SVC   1
        LDI   a1,0
        .word 0x20400000+6              ; RDC a1 or JRST 1,6
        SVC   1
        LDI   a1,user_base*0x100+user_size+1
        LRB   a1                        ; its own window, wider by a word
        SVC   1
        LD    a1,user_size              ; that word
        SVC   1
        SVC   0
        .equ  user_size,.-user_base
        .word 0x1974
