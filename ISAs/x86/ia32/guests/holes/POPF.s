; Shows POPF. After it eflags is 00000002, not 00000202.
;
; limit: 1
; choice memory_size: 65536
; register gr[4]: 0x00000200
; register eip: 0x00000000
; register cr0: 0x00000001

        .org  0x0
        .unit 0x9D

        .org  0x201
        .unit 0x02
