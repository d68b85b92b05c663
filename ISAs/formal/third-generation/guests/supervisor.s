; A supervisor runs a user program in a window of its own. It serves two calls (1 shows the
; character in a1, 0 ends the program), shows ! for a privileged instruction, # for an address
; beyond the bound and ? for an undefined instruction, and goes on behind each of them.
;
; limit: 1000

        .word 0                         ; E[0]: the old status word
        .word handler*0x10000+0xFF      ; E[1]: the new one, supervisor mode, all of storage

        .org  2
start:  LPSW  user

user:   .word 0x80000000+user_base*0x100+user_size

save1:  .word 0
save2:  .word 0
save3:  .word 0

handler:
        ST    a1,save1
        ST    a2,save2
        ST    a3,save3
        LD    a2,0                      ; what happened: bits 30 to 24 of the old word
        LD    a3,codes
        AND   a2,a3
        LD    a3,code_call1
        SUB   a3,a2
        JZ    a3,show
        LD    a3,code_call0
        SUB   a3,a2
        JZ    a3,finish
        LDI   a1,33                     ; !
        LD    a3,code_privileged
        SUB   a3,a2
        JZ    a3,skip
        LDI   a1,35                     ; #
        LD    a3,code_memory
        SUB   a3,a2
        JZ    a3,skip
        LDI   a1,63                     ; ?
skip:   LD    a2,0                      ; go on behind what failed
        LD    a3,one_pc
        ADD   a2,a3
        ST    a2,0
show:   OUT   a1
        LD    a1,save1
        LD    a2,save2
        LD    a3,save3
        LPSW  0
finish: JMP   finish

codes:           .word 0x7F000000
code_call0:      .word 0x40000000
code_call1:      .word 0x41000000
code_privileged: .word 0x02000000
code_memory:     .word 0x01000000
one_pc:          .word 0x00010000

        .org  0x30
user_base:
        LDI   a1,65                     ; A
        SVC   1
        LRB   a1                        ; refused
        OUT   a1                        ; refused
        LD    a2,63                     ; beyond the bound
        .word 0xFF000000                ; no instruction
        LDI   a1,3                      ; count down from 3
        LDI   a3,1
        ST    a1,15
turn:   LD    a1,15
        JZ    a1,14
        SUB   a1,a3
        ST    a1,15
        JMP   9
        SVC   0
        .word 0
        .equ  user_size,16
