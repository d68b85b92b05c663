; A user program tries to leave its window of storage and its mode. The supervisor shows a character
; for each attempt: # beyond the bound, ! refused, ? no such instruction, . nobody stopped it; and at
; the end = if the words on both sides of the window are what they were, and * if not.
;
; limit: 20000
; storage: 96

        .word 0                         ; E[0]: the old status word
        .word handler*0x10000+0xFF      ; E[1]: the new one, supervisor mode, all of storage

        .org  2
start:  LPSW  user

handler:LD    a2,0                      ; what happened: bits 30 to 24 of the old word
        LD    a3,codes
        AND   a2,a3
        LDI   a1,46                     ; .
        LD    a3,code_call
        SUB   a3,a2
        JZ    a3,show
        LDI   a1,35                     ; #
        LD    a3,code_memory
        SUB   a3,a2
        JZ    a3,show
        LDI   a1,33                     ; !
        LD    a3,code_privileged
        SUB   a3,a2
        JZ    a3,show
        LDI   a1,63                     ; ?
        LD    a3,code_undefined
        SUB   a3,a2
        JZ    a3,show
        LDI   a1,61                     ; the end: =
        LD    a2,before
        LD    a3,mark
        SUB   a2,a3
        JZ    a2,left
        LDI   a1,42                     ; *
left:   LD    a2,behind
        SUB   a2,a3
        JZ    a2,right
        LDI   a1,42
right:  OUT   a1
        LDI   a1,10
        OUT   a1
stop:   JMP   stop

show:   OUT   a1
        LD    a2,user                   ; the next attempt, two words further on
        LD    a3,two_pc
        ADD   a2,a3
        ST    a2,user
        LDI   a1,user_size
        LPSW  user

codes:           .word 0x7F000000
code_call:       .word 0x41000000
code_memory:     .word 0x01000000
code_privileged: .word 0x02000000
code_undefined:  .word 0x03000000
two_pc:          .word 0x00020000
mark:            .word 0x5A5A5A5A
user:            .word 0x80000000+user_base*0x100+user_size

before:          .word 0x5A5A5A5A
user_base:
        LD    a2,user_size
        SVC   1
        ST    a2,user_size
        SVC   1
        ST    a2,0(a1)                  ; the supervisor has left the bound in a1
        SVC   1
        ST    a2,255
        SVC   1
        JMP   user_size
        SVC   1
        LPSW  0
        SVC   1
        OUT   a1
        SVC   1
        SRB   a1
        SVC   1
        RDM   a1
        SVC   1
        .word 0xFF000000
        SVC   1
        LRB   a1                        ; a window at 0
        SVC   1
        SVC   0
        .equ  user_size,.-user_base
behind:          .word 0x5A5A5A5A
