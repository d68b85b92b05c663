; A small supervisor: maps 64K bytes by three levels of tables, spills and fills register windows, counts
; the timer's interrupts, and runs a user program that computes a Fibonacci number by recursion, prints
; it, tries to print past the supervisor, and ends.
;
; limit: 200000
; storage: 0x10000

        .equ  PAGE,0x1000
        .equ  CONSOLE,0xF010            ; in the supervisor's page
        .equ  TIMER,0xF000
        .equ  CONTEXTS,0x2000
        .equ  REGIONS,0x2400
        .equ  SEGMENTS,0x2800
        .equ  PAGES,0x2900

        or    %g0, 1, %g1               ; window 0 is kept invalid: traps may have it
        ba    begin
        wr    %g0, %g1, %wim

; The trap table. A trap enters with PC and nPC in %l1 and %l2.

        .org  0x1000+5*16
        ba    spill
        rd    %wim, %l3
        .org  0x1000+6*16
        ba    fill
        rd    %wim, %l3
        .org  0x1000+9*16
        ba    denied
        nop
        .org  0x1000+0x1A*16
        ba    tick
        rd    %psr, %l0
        .org  0x1000+0x80*16
        ba    print
        rd    %psr, %l0
        .org  0x1000+0x81*16
        ta    %g0 + 0                   ; the end: a trap while traps are disabled

        .org  0x3000
begin:  sethi PAGE>>10, %g1
        wr    %g1, %g0, %tbr
        sethi CONTEXTS>>10, %g1         ; context 0: one table of each level
        sethi REGIONS>>10, %g2
        srl   %g2, 4, %g3
        or    %g3, 1, %g3
        st    %g3, [%g1 + 0]
        add   %g2, SEGMENTS-REGIONS, %g4
        srl   %g4, 4, %g3
        or    %g3, 1, %g3
        st    %g3, [%g2 + 0]
        add   %g4, PAGES-SEGMENTS, %g5
        srl   %g5, 4, %g3
        or    %g3, 1, %g3
        st    %g3, [%g4 + 0]
        or    %g0, 0x0E, %g3            ; sixteen pages: all may do everything with
        or    %g0, 15, %g6
each:   st    %g3, [%g5 + 0]
        add   %g5, 4, %g5
        subcc %g6, 1, %g6
        bne   each
        add   %g3, 0x100, %g3
        or    %g3, 0x1E, %g3            ; the last but the supervisor alone
        st    %g3, [%g5 + 0]
        srl   %g1, 4, %g1
        or    %g0, 0x100, %g2
        sta   %g1, [%g2 + %g0]4         ; context table pointer
        or    %g0, 1, %g1
        sta   %g1, [%g0 + %g0]4         ; control: enabled
        sethi TIMER>>10, %g2
        st    %g1, [%g2 + 0]            ; every 256 instructions
        wr    %g0, 0x87, %psr           ; window 7, still a supervisor without traps
        sethi stack>>10, %sp
        wr    %g0, 0x86, %psr           ; the window below, which RETT leaves again
        sethi user>>10, %l1
        or    %l1, user&0x3FF, %l1
        jmpl  %l1 + 0, %g0
        rett  %l1 + 4

; The window that is to be saved is the next one below; it becomes the invalid one.
spill:  or    %g1, %g0, %l7
        srl   %l3, 1, %g1
        sll   %l3, 7, %l4
        or    %g1, %l4, %g1
        save  %g0, %g0, %g0
        wr    %g1, %g0, %wim
        std   %l0, [%sp + 0]
        std   %l2, [%sp + 8]
        std   %l4, [%sp + 16]
        std   %l6, [%sp + 24]
        std   %i0, [%sp + 32]
        std   %i2, [%sp + 40]
        std   %i4, [%sp + 48]
        std   %fp, [%sp + 56]
        restore %g0, %g0, %g0
        or    %l7, %g0, %g1
        jmpl  %l1 + 0, %g0
        rett  %l2 + 0

; The window that is to be filled is two above.
fill:   sll   %l3, 1, %l4
        srl   %l3, 7, %l5
        wr    %l4, %l5, %wim
        restore %g0, %g0, %g0
        restore %g0, %g0, %g0
        ldd   [%sp + 0], %l0
        ldd   [%sp + 8], %l2
        ldd   [%sp + 16], %l4
        ldd   [%sp + 24], %l6
        ldd   [%sp + 32], %i0
        ldd   [%sp + 40], %i2
        ldd   [%sp + 48], %i4
        ldd   [%sp + 56], %fp
        save  %g0, %g0, %g0
        save  %g0, %g0, %g0
        jmpl  %l1 + 0, %g0
        rett  %l2 + 0

; Where a user may not go: an exclamation mark, and on with the next instruction.
denied: sethi CONSOLE>>10, %l3
        or    %g0, 0x21, %l4
        stb   %l4, [%l3 + 0x10]
        jmpl  %l2 + 0, %g0
        rett  %l2 + 4

tick:   sethi ticks>>10, %l3
        ld    [%l3 + (ticks&0x3FF)], %l4
        add   %l4, 1, %l4
        st    %l4, [%l3 + (ticks&0x3FF)]
        wr    %l0, %g0, %psr            ; the condition codes may have changed
        jmpl  %l1 + 0, %g0
        rett  %l2 + 0

; %i0 in hexadecimal.
print:  sethi CONSOLE>>10, %l3
        or    %g0, 28, %l4
digit:  srl   %i0, %l4, %l5
        and   %l5, 15, %l5
        subcc %l5, 10, %g0
        bl    small
        add   %l5, 0x30, %l5
        add   %l5, 7, %l5
small:  stb   %l5, [%l3 + 0x10]
        subcc %l4, 4, %l4
        bpos  digit
        nop
        wr    %l0, %g0, %psr
        jmpl  %l2 + 0, %g0
        rett  %l2 + 4

        .org  0x4000
user:   call  fib
        or    %g0, 14, %o0
        ta    %g0 + 0
        sethi CONSOLE>>10, %o1
        stb   %o0, [%o1 + 0x10]         ; refused
        ta    %g0 + 1

; fib(n): n for 0 and 1, else fib(n - 1) + fib(n - 2).
fib:    save  %sp, -64, %sp
        subcc %i0, 2, %g0
        bl    least
        nop
        call  fib
        sub   %i0, 1, %o0
        or    %o0, %g0, %l0
        call  fib
        sub   %i0, 2, %o0
        add   %l0, %o0, %i0
least:  jmpl  %i7 + 8, %g0
        restore %i0, %g0, %o0

        .org  0x5000
ticks:  .word 0

        .org  0xE000
stack:  .word 0
