; A supervisor shares the processor between two user tasks, each in an MMU context of its own: both see
; their program at 0x5000 and their data at 0x6000. One counts primes, one computes Fibonacci numbers by
; recursion. The timer takes the processor away from a task with all its windows; trap 0 prints a letter
; and a number, trap 1 ends the task.
;
; limit: 2000000
; storage: 0x10000

        .equ  SUPERVISOR,0x1E           ; page table entries: for the supervisor alone, for both
        .equ  USER,0x0E
        .equ  TABLE,1
        .equ  DEVICES,0xF000
        .equ  CONSOLE,0x10
        .equ  CONTEXT_TABLE,0x100       ; the MMU's registers, in address space 4
        .equ  CONTEXT,0x200

; A task: its windows from that of the trap on, locals and ins each, then
        .equ  T_GLOBALS,512
        .equ  T_Y,544
        .equ  T_CONTEXT,548
        .equ  T_NEXT,552                ; the other task
        .equ  T_DONE,556

        ba    begin
        nop

; The trap table. A trap enters with PC and nPC in %l1 and %l2.
        .org  0x1000+5*16
        ba    spill
        rd    %wim, %l3
        .org  0x1000+6*16
        ba    fill
        rd    %wim, %l3
        .org  0x1000+0x1A*16
        ba    tick
        rd    %psr, %l0
        .org  0x1000+0x80*16
        ba    print
        rd    %psr, %l0
        .org  0x1000+0x81*16
        ba    end
        nop

; The MMU's tables: of contexts, and of each level for contexts 1 and 2.
        .org  0x2000
        .word 0, regions1>>4|TABLE, regions2>>4|TABLE
        .org  0x2400
regions1:
        .word segments1>>4|TABLE
        .org  0x2800
regions2:
        .word segments2>>4|TABLE
        .org  0x2C00
segments1:
        .word pages1>>4|TABLE
        .org  0x2D00
segments2:
        .word pages2>>4|TABLE
        .org  0x2E00
pages1: .word 0x000|SUPERVISOR, 0x100|SUPERVISOR, 0x200|SUPERVISOR, 0x300|SUPERVISOR
        .word 0x400|SUPERVISOR, 0x500|USER, 0x600|USER
        .org  0x2E00+15*4
        .word 0xF00|SUPERVISOR
        .org  0x2F00
pages2: .word 0x000|SUPERVISOR, 0x100|SUPERVISOR, 0x200|SUPERVISOR, 0x300|SUPERVISOR
        .word 0x400|SUPERVISOR, 0x700|USER, 0x800|USER
        .org  0x2F00+15*4
        .word 0xF00|SUPERVISOR

        .org  0x3000
begin:  sethi 0x1000>>10, %g1
        wr    %g1, %g0, %tbr
        or    %g0, 0x2000>>4, %g1
        or    %g0, CONTEXT_TABLE, %g2
        sta   %g1, [%g2 + %g0]4
        or    %g0, 1, %g1
        or    %g0, CONTEXT, %g2
        sta   %g1, [%g2 + %g0]4
        sta   %g1, [%g0 + %g0]4         ; control: enabled
        sethi DEVICES>>10, %g2
        or    %g0, 4, %g1
        st    %g1, [%g2 + 0]            ; every 1,024 instructions
        sethi current>>10, %l4
        ld    [%l4 + (current&0x3FF)], %g1
        ba    go
        nop

; --- The timer. All windows go to the task, and those of the other task come.

tick:   rd    %wim, %l3
        sethi current>>10, %l4
        ld    [%l4 + (current&0x3FF)], %l5
        rd    %y, %l6
        st    %l6, [%l5 + T_Y]
        std   %g0, [%l5 + T_GLOBALS]
        std   %g2, [%l5 + T_GLOBALS+8]
        std   %g4, [%l5 + T_GLOBALS+16]
        std   %g6, [%l5 + T_GLOBALS+24]
        or    %l5, %g0, %g1
        or    %g0, 8, %g2
        wr    %g0, %g0, %wim
keep:   std   %l0, [%g1 + 0]
        std   %l2, [%g1 + 8]
        std   %l4, [%g1 + 16]
        std   %l6, [%g1 + 24]
        std   %i0, [%g1 + 32]
        std   %i2, [%g1 + 40]
        std   %i4, [%g1 + 48]
        std   %fp, [%g1 + 56]
        restore %g0, %g0, %g0
        subcc %g2, 1, %g2
        bne   keep
        add   %g1, 64, %g1

; The other task, this one if the other is done, nobody if both are.
choose: ld    [%l5 + T_NEXT], %g1
        ld    [%g1 + T_DONE], %g2
        subcc %g2, 0, %g0
        be    go
        nop
        or    %l5, %g0, %g1
        ld    [%g1 + T_DONE], %g2
        subcc %g2, 0, %g0
        be    go
        nop
        ta    %g0 + 0                   ; the end: a trap while traps are disabled

go:     st    %g1, [%l4 + (current&0x3FF)]
        ld    [%g1 + T_CONTEXT], %g2
        or    %g0, CONTEXT, %g3
        sta   %g2, [%g3 + %g0]4
        wr    %g0, %g0, %wim
        ld    [%g1 + 0], %g2            ; its PSR, with the window in which it was stopped
        wr    %g2, %g0, %psr
        or    %g0, 8, %g2
bring:  ldd   [%g1 + 0], %l0
        ldd   [%g1 + 8], %l2
        ldd   [%g1 + 16], %l4
        ldd   [%g1 + 24], %l6
        ldd   [%g1 + 32], %i0
        ldd   [%g1 + 40], %i2
        ldd   [%g1 + 48], %i4
        ldd   [%g1 + 56], %fp
        restore %g0, %g0, %g0
        subcc %g2, 1, %g2
        bne   bring
        add   %g1, 64, %g1
        ld    [%l5 + T_Y], %l6
        wr    %l6, %g0, %y
        wr    %l3, %g0, %wim
        ldd   [%l5 + T_GLOBALS+8], %g2
        ldd   [%l5 + T_GLOBALS+16], %g4
        ldd   [%l5 + T_GLOBALS+24], %g6
        ld    [%l5 + T_GLOBALS+4], %g1
        wr    %l0, %g0, %psr
        jmpl  %l1 + 0, %g0
        rett  %l2 + 0

; --- What tasks ask for.

end:    sethi current>>10, %l4
        ld    [%l4 + (current&0x3FF)], %l5
        or    %g0, 1, %l6
        ba    choose
        st    %l6, [%l5 + T_DONE]

; The letter in %i0, %i1 in hexadecimal, and a new line.
print:  sethi DEVICES>>10, %l3
        stb   %i0, [%l3 + CONSOLE]
        or    %g0, 0x20, %l5
        stb   %l5, [%l3 + CONSOLE]
        or    %g0, 28, %l4
digit:  srl   %i1, %l4, %l5
        and   %l5, 15, %l5
        subcc %l5, 10, %g0
        bl    small
        add   %l5, 0x30, %l5
        add   %l5, 7, %l5
small:  stb   %l5, [%l3 + CONSOLE]
        subcc %l4, 4, %l4
        bpos  digit
        nop
        or    %g0, 10, %l5
        stb   %l5, [%l3 + CONSOLE]
        wr    %l0, %g0, %psr            ; the condition codes have changed
        jmpl  %l2 + 0, %g0
        rett  %l2 + 4

; --- Windows. The one to be saved is the next one below; it becomes the invalid one.

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

; The one to be filled is two above.
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

; --- The tasks as they are before their first instruction: as if stopped in window 7 by a trap of user
; mode, with window 1 invalid.

        .org  0x4000
task1:  .word 0x87, 0x5000, 0x5004, 2, 0, task1, 0, 0
        .word 0, 0, 0, 0, 0, 0, 0x6FA0, 0
        .org  0x4000+T_CONTEXT
        .word 1, task2, 0
        .org  0x4400
task2:  .word 0x87, 0x5000, 0x5004, 2, 0, task2, 0, 0
        .word 0, 0, 0, 0, 0, 0, 0x6FA0, 0
        .org  0x4400+T_CONTEXT
        .word 2, task1, 0
        .org  0x4800
current:
        .word task1

; --- Task 1: how many primes there are below 100, 200, … 500.

        .org  0x5000
        sethi 0x6000>>10, %g2
        or    %g0, 100, %l0
below:  st    %g0, [%g2 + 0]
        or    %g0, 2, %l2
number: or    %g0, 2, %l3
divide: umul  %l3, %l3, %l4
        subcc %l4, %l2, %g0
        bg    prime                     ; the divisor is beyond the root
        nop
        wr    %g0, %g0, %y
        udiv  %l2, %l3, %l5
        umul  %l5, %l3, %l5
        subcc %l5, %l2, %g0
        bne   divide
        add   %l3, 1, %l3
        ba    tested
        nop
prime:  ld    [%g2 + 0], %l1
        add   %l1, 1, %l1
        st    %l1, [%g2 + 0]
tested: add   %l2, 1, %l2
        subcc %l2, %l0, %g0
        bl    number
        nop
        ld    [%g2 + 0], %o1
        or    %g0, 'P', %o0
        ta    %g0 + 0
        add   %l0, 100, %l0
        subcc %l0, 500, %g0
        ble   below
        nop
        ta    %g0 + 1

; --- Task 2: the Fibonacci numbers 10 to 18, every other one.

        .org  0x7000
        sethi 0x6000>>10, %g2
        or    %g0, 10, %l0
term:   call  fib
        or    %l0, %g0, %o0
        st    %o0, [%g2 + 0]
        ld    [%g2 + 0], %o1
        or    %g0, 'F', %o0
        ta    %g0 + 0
        add   %l0, 2, %l0
        subcc %l0, 18, %g0
        ble   term
        nop
        ta    %g0 + 1

; fib(n): n for 0 and 1, else fib(n - 1) + fib(n - 2).
fib:    save  %sp, -96, %sp
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
