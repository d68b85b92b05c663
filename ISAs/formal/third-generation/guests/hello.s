; A supervisor greets over the console and stops.
;
; limit: 1000

        .org  2
        LDI   a1,0
next:   LD    a2,text(a1)
        JZ    a2,stop
        OUT   a2
        LDI   a3,1
        ADD   a1,a3
        JMP   next
stop:   JMP   stop

text:   .word 72,101,108,108,111,44,32,69,33,10,0
