; Shows VERR. After it eflags is 00000002, not 00000042.
;
; limit: 1
; choice memory_size: 65536
; register gr[0]: 0x0000800B
; register eip: 0x0000A505
; register cpl: 0x3
; register cs: 0x000B
; register ss: 0x0013
; register cr0: 0x00000001

        .org  0x800D
        .unit 0xF2

        .org  0xA505
        .unit 0x0F

        .org  0xA507
        .unit 0xE0
