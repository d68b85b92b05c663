; Shows SGDT. After it memory[0x0] is 17, not FF.
;
; limit: 1
; choice memory_size: 65536
; register eip: 0x00000000
; register cpl: 0x3
; register cs: 0x0003
; register ss: 0x0003
; register cr0: 0x00000001

        .org  0x0
        .unit 0x67, 0x0F, 0x01
