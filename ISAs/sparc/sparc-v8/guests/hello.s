; Greets over the console and stops: a trap while traps are disabled.
;
; limit: 100000
; storage: 0x10000

        .equ  CONSOLE_HIGH,0xF000>>10
        .equ  OUTPUT,0x10

start:  sethi CONSOLE_HIGH, %g1         ; the reset trap comes here
        sethi 0, %g2
        or    %g2, text, %g2
next:   ldub  [%g2 + 0], %g3
        subcc %g3, 0, %g0
        be    done
        add   %g2, 1, %g2
        stb   %g3, [%g1 + OUTPUT]
        ba,a  next
done:   nop
        ta    %g0 + 0
        nop

text:   .ascii "HELLO FROM SPARC"
        .byte 10, 0
