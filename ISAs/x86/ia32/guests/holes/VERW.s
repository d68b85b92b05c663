; Shows VERW. After it eflags is 00000002, not 00000042.
;
; limit: 1
; choice memory_size: 65536
; register gr[2]: 0x00000068
; register eip: 0x0000EA35
; register cpl: 0x3
; register cs: 0x000B
; register ss: 0x0013
; register cr0: 0x40100001

        .org  0x6D
        .unit 0xF2

        .org  0xEA35
        .unit 0x0F

        .org  0xEA37
        .unit 0xEA
