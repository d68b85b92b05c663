# Greets over the serial line and stops.

        .include "guest.inc"

        .globl  start
start:  mov     esp, offset stack_top
        mov     esi, offset greeting
        call    put_text
        jmp     finish

greeting:
        .asciz  "HELLO FROM IA-32\n"

        .bss
        .align  16
        .skip   256
stack_top:

        .section .note.GNU-stack, "", @progbits
