# What stands below a C program: a stack, and an FPU that rounds to double precision, as the programs expect.

        .include "guest.inc"

        .globl  start
start:  mov     esp, offset stack_top
        fninit
        fldcw   double_precision
        call    main
        jmp     finish

# Of a number of double precision on the stack, which the compiler does not want to take in a wider format.
        .globl  sqrt
sqrt:   fld     qword ptr [esp + 4]
        fsqrt
        ret

        .section .rodata
double_precision:
        .word   0x027F

        .bss
        .align  16
        .skip   0x8000
stack_top:

        .section .note.GNU-stack, "", @progbits
