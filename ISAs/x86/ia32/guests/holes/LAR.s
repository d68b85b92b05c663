; Shows LAR. After it gr[0] is 00000000, not 00009E00.
;
; limit: 1
; choice memory_size: 65536
; register gr[3]: 0x00000008
; register eip: 0x00000000
; register cpl: 0x3
; register cs: 0x0003
; register ss: 0x0003
; register cr0: 0x00000001
; register gdtr_base: 0x00002000

        .org  0x0
        .unit 0x0F, 0x02, 0xC3

        .org  0x200D
        .unit 0x9E
