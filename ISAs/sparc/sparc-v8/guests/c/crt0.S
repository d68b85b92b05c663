! What stands below a C program: the trap table, handlers that spill and fill register windows, and the
! way into the program in user mode and out of it. The MMU stays off.

        .equ    LAST_WINDOW, 7          ! nwindows - 1
        .equ    S, 0x80                 ! of PSR
        .equ    EF, 0x1000

        .section .traps, "ax"
        .globl  traps
        .macro  unexpected count
        .rept   \count
        ta      0                       ! while traps are disabled: error mode
        nop
        nop
        nop
        .endr
        .endm

        .align  4096
traps:  unexpected 5
        ba      spill                   ! 05, window_overflow
        rd      %wim, %l3
        nop
        nop
        ba      fill                    ! 06, window_underflow
        rd      %wim, %l3
        nop
        nop
        unexpected 0x80 - 7
        unexpected 0x80                 ! ta n; the program ends with ta 1

        .text
        .globl  start
start:  sethi   %hi(traps), %g1
        wr      %g1, 0, %tbr
        mov     1 << 1, %g1             ! from window 0 down to 2 there is room
        wr      %g1, 0, %wim
        set     S | EF | LAST_WINDOW, %g1
        wr      %g1, 0, %psr            ! RETT leaves this window for window 0, and S becomes PS: user
        nop
        nop
        nop
        set     zero_fsr, %g2
        ld      [%g2], %fsr
        set     program, %l1
        jmpl    %l1, %g0
        rett    %l1 + 4

program:
        set     stack_top - 96, %sp
        mov     0, %fp
        call    main
        nop
        ta      1
        nop

! The trap came into the invalid window. The one below it is the oldest and goes to its stack; it is
! the invalid one now.
spill:  mov     %g1, %l7
        srl     %l3, 1, %g1
        sll     %l3, LAST_WINDOW, %l4
        or      %g1, %l4, %g1
        save
        wr      %g1, 0, %wim
        nop
        nop
        nop
        std     %l0, [%sp]
        std     %l2, [%sp + 8]
        std     %l4, [%sp + 16]
        std     %l6, [%sp + 24]
        std     %i0, [%sp + 32]
        std     %i2, [%sp + 40]
        std     %i4, [%sp + 48]
        std     %i6, [%sp + 56]
        restore
        mov     %l7, %g1
        jmp     %l1
        rett    %l2

! The window to be filled is the one above the window that trapped.
fill:   sll     %l3, 1, %l4
        srl     %l3, LAST_WINDOW, %l5
        wr      %l4, %l5, %wim          ! exclusive or: bits beyond the windows are not kept
        nop
        nop
        nop
        restore
        restore
        ldd     [%sp], %l0
        ldd     [%sp + 8], %l2
        ldd     [%sp + 16], %l4
        ldd     [%sp + 24], %l6
        ldd     [%sp + 32], %i0
        ldd     [%sp + 40], %i2
        ldd     [%sp + 48], %i4
        ldd     [%sp + 56], %i6
        save
        save
        jmp     %l1
        rett    %l2

        .section .rodata
        .align  4
zero_fsr:
        .word   0

        .section .note.GNU-stack, "", %progbits
