; A supervisor that lives on its tables: storage without them, two contexts, entries of every level in the first and the last
; region, tables that are stored into while they are in use, referenced and modified bits that are read,
; cleared and read again, a look at what is not mapped, and interrupts held back by PIL.
;
; limit: 20000
; storage: 0x10000

        .equ  PAGE,0x1000
        .equ  CONSOLE,0xF010
        .equ  TIMER,0xF000
        .equ  CONTEXTS,0x2000
        .equ  REGIONS,0x2400            ; of context 0
        .equ  SEGMENTS,0x2800           ; of region 0
        .equ  PAGES,0x2900              ; of its segment 0
        .equ  LAST,0x2A00               ; segments of region 255
        .equ  LAST_PAGES,0x2B00         ; of its segment 63
        .equ  FIRST_PAGES,0x2C00        ; of its segment 0
        .equ  OTHERS,0x6000             ; regions of context 1
        .equ  LATER,0x7000              ; a table that is data first
        .equ  A,0x4000
        .equ  B,0x5000
        .equ  A_ENTRY,0x40E             ; anything goes
        .equ  B_ENTRY,0x50E

        ba    begin
        nop

        .org  0x1000+9*16
        jmpl  %l2 + 0, %g0              ; what is not mapped: counted, and on with the next instruction
        rett  %l2 + 4
        .org  0x1000+0x1A*16
        ba    tick
        add   %g7, 1, %g7
        .org  0x1000+0x81*16
        ta    %g0 + 0                   ; the end: a trap while traps are disabled

        .org  0x3000
begin:  or    %g0, 1, %g1
        wr    %g0, %g1, %wim
        sethi PAGE>>10, %g1
        wr    %g1, %g0, %tbr
        wr    %g0, 0xA7, %psr           ; window 7, traps enabled, no level masked
        or    %g0, 0x7E, %g4            ; what no load leaves behind
        sethi CONSOLE>>10, %g5

; Without the MMU there is nothing behind the storage: by regions, then by segments and pages of the last.
        sethi 0x01000000>>10, %o0
        or    %o0, %g0, %o1
        call  sweep
        or    %g0, 254, %o2
        sethi 0xFF000000>>10, %o0
        sethi 0x00040000>>10, %o1
        call  sweep
        or    %g0, 63, %o2
        sethi 0xFFFC0000>>10, %o0
        sethi 0x00001000>>10, %o1
        call  sweep
        or    %g0, 63, %o2

        sethi CONTEXTS>>10, %g1
        or    %g0, (REGIONS>>4)+1, %g2
        st    %g2, [%g1 + 0]
        or    %g0, (OTHERS>>4)+1, %g2
        st    %g2, [%g1 + 4]
        add   %g1, REGIONS-CONTEXTS, %g3
        or    %g0, (SEGMENTS>>4)+1, %g2
        st    %g2, [%g3 + 0]
        or    %g0, 0x0E, %g2            ; region 1: 16 megabytes from address 0 on
        st    %g2, [%g3 + 4]
        or    %g0, (LAST>>4)+1, %g2
        st    %g2, [%g3 + 1020]
        add   %g1, SEGMENTS-CONTEXTS, %g3
        or    %g0, (PAGES>>4)+1, %g2
        st    %g2, [%g3 + 0]
        or    %g0, 0x0E, %g2            ; segment 1: 256 kilobytes from address 0 on
        st    %g2, [%g3 + 4]
        add   %g1, LAST-CONTEXTS, %g3
        or    %g0, (FIRST_PAGES>>4)+1, %g2
        st    %g2, [%g3 + 0]
        or    %g0, (LAST_PAGES>>4)+1, %g2
        st    %g2, [%g3 + 252]
        or    %g0, A_ENTRY, %g2
        add   %g1, LAST_PAGES-CONTEXTS, %g3
        st    %g2, [%g3 + 0]
        add   %g1, FIRST_PAGES-CONTEXTS, %g3
        st    %g2, [%g3 + 0]
        sethi OTHERS>>10, %g3
        or    %g0, (SEGMENTS>>4)+1, %g2
        st    %g2, [%g3 + 0]
        or    %g0, 0x0E, %g2            ; region 255 of context 1: 16 megabytes from address 0 on
        st    %g2, [%g3 + 1020]
        sethi PAGES>>10, %g3
        or    %g3, PAGES&0x3FF, %g3
        or    %g0, 15, %g4
page:   st    %g2, [%g3 + 0]            ; pages 0 to 14 are themselves
        add   %g3, 4, %g3
        subcc %g4, 1, %g4
        bne   page
        add   %g2, 0x100, %g2
        or    %g2, 0x1E, %g2            ; 15, the devices', for the supervisor alone
        st    %g2, [%g3 + 0]
        sethi A>>10, %g3
        or    %g0, 0x41, %g2
        st    %g2, [%g3 + 0]
        sethi B>>10, %g3
        or    %g0, 0x42, %g2
        st    %g2, [%g3 + 0]
        srl   %g1, 4, %g1
        or    %g0, 0x100, %g2
        sta   %g1, [%g2 + %g0]4         ; context table pointer
        or    %g0, 1, %g1
        sta   %g1, [%g0 + %g0]4         ; control: enabled
        or    %g0, 0x400, %g6           ; what a flush of everything is asked for by

; Pages of the last region, whose entries change while they are in use.
        sethi 0xFF000000>>10, %i0
        sethi 0xFFFC0000>>10, %i1
        sethi CONTEXTS>>10, %i2
        call  both
        or    %g0, B_ENTRY, %g2
        st    %g2, [%i2 + (FIRST_PAGES-CONTEXTS)]
        st    %g2, [%i2 + (LAST_PAGES-CONTEXTS)]
        sta   %g0, [%g6 + %g0]3
        call  both
        nop

; What is not mapped: by regions, by segments of the first and the last, by pages of four segments.
        sethi 0x02000000>>10, %o0
        sethi 0x01000000>>10, %o1
        call  sweep
        or    %g0, 253, %o2
        sethi 0x00080000>>10, %o0
        sethi 0x00040000>>10, %o1
        call  sweep
        or    %g0, 62, %o2
        sethi 0xFF040000>>10, %o0
        call  sweep
        or    %g0, 62, %o2
        sethi 0x00010000>>10, %o0
        sethi 0x00001000>>10, %o1
        call  sweep
        or    %g0, 48, %o2
        sethi 0xFF001000>>10, %o0
        call  sweep
        or    %g0, 63, %o2
        sethi 0xFFFC1000>>10, %o0
        call  sweep
        or    %g0, 62, %o2
        sethi 0x01010000>>10, %o0       ; mapped, to where there is no storage
        call  sweep
        or    %g0, 62, %o2

; A page that has been data becomes a table.
        or    %g0, (LATER>>4)+1, %g2
        st    %g2, [%i2 + (LAST-CONTEXTS+4)]
        sethi LATER>>10, %i3
        or    %g0, A_ENTRY, %g2
        st    %g2, [%i3 + 0]
        sethi 0xFF040000>>10, %i4
        ld    [%i4 + 0], %o0
        or    %g0, B_ENTRY, %g2
        st    %g2, [%i3 + 0]
        sta   %g0, [%g6 + %g0]3
        call  print
        ld    [%i4 + 0], %l0
        call  print
        or    %l0, %g0, %o0

; Another context, in which the last region is mapped as a whole, and back.
        or    %g0, 0x200, %l0
        or    %g0, 1, %g1
        sta   %g1, [%l0 + %g0]4
        sethi 0xFF004000>>10, %i4
        call  print
        ld    [%i4 + 0], %o0
        sethi 0x01000000>>10, %o0
        sethi 0x01000000>>10, %o1
        call  sweep
        or    %g0, 254, %o2
        sta   %g0, [%l0 + %g0]4
        call  both
        nop

; Through the segment's entry and the region's: referenced, modified, cleared, referenced again.
        or    %g0, 2, %i5
marks:  sethi 0x00044000>>10, %i0
        sethi 0x01004000>>10, %i1
        ld    [%i0 + 0], %g1
        ld    [%i1 + 0], %g1
        ld    [%i2 + (SEGMENTS-CONTEXTS+4)], %o0
        call  print
        nop
        subcc %i5, 2, %g0
        bne   read
        ld    [%i2 + (REGIONS-CONTEXTS+4)], %o0
        st    %g1, [%i0 + 8]
        st    %g1, [%i1 + 12]
        ld    [%i2 + (REGIONS-CONTEXTS+4)], %o0
read:   call  print
        nop
        or    %g0, 0x0E, %g2
        st    %g2, [%i2 + (SEGMENTS-CONTEXTS+4)]
        st    %g2, [%i2 + (REGIONS-CONTEXTS+4)]
        sta   %g0, [%g6 + %g0]3
        subcc %i5, 1, %i5
        bne   marks
        nop

; The timer asks for level 10: masked, let through, masked by the level itself.
        sethi TIMER>>10, %g1
        or    %g0, 1, %g2
        st    %g2, [%g1 + 0]
        wr    %g0, 0xFA7, %psr
        call  wait
        or    %g0, %g0, %g7
        call  print
        add   %g7, 0x30, %o0
        wr    %g0, 0x9A7, %psr
        call  wait
        nop
        call  print
        add   %g7, 0x30, %o0
        wr    %g0, 0xAA7, %psr
        call  wait
        nop
        call  print
        add   %g7, 0x30, %o0
        ta    %g0 + 1

tick:   jmpl  %l1 + 0, %g0
        rett  %l2 + 0

; Prints %o0.
print:  jmpl  %o7 + 8, %g0
        stb   %o0, [%g5 + 0x10]

; Prints what is at %i0 and %i1.
both:   or    %o7, %g0, %l7
        call  print
        ld    [%i0 + 0], %o0
        call  print
        ld    [%i1 + 0], %o0
        jmpl  %l7 + 8, %g0
        nop

; Loads, stores to and loads again %o2 addresses from %o0 on, %o1 apart. Nothing comes, and nothing stays.
sweep:  or    %g4, %g0, %g3
        ld    [%o0 + 0], %g3
        st    %g5, [%o0 + 4]
        subcc %g3, %g4, %g0
        bne   stray
        subcc %o2, 1, %o2
        bne   sweep
        add   %o0, %o1, %o0
        jmpl  %o7 + 8, %g0
        nop
stray:  or    %o7, %g0, %l7
        call  print
        or    %g0, 0x21, %o0
        jmpl  %l7 + 8, %g0
        nop

wait:   or    %g0, 300, %g1
less:   subcc %g1, 1, %g1
        bne   less
        nop
        jmpl  %o7 + 8, %g0
        nop
