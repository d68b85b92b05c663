; Shows STR. After it gr[0] is 00000000, not 00000008.
;
; limit: 1
; choice memory_size: 65536
; register eip: 0x00000000
; register cpl: 0x3
; register cs: 0x0003
; register ss: 0x0003
; register cr0: 0x00000001
; register tr_selector: 0x0008

        .org  0x0
        .unit 0x0F

        .org  0x2
        .unit 0xC8
