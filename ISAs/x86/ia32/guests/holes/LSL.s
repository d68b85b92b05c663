; Shows LSL. After it gr[0] is 79D5F6F5, not 00000000.
;
; limit: 1
; choice memory_size: 65536
; register gr[0]: 0x79D5F6F5
; register eip: 0x00002388
; register cpl: 0x3
; register cs: 0x000B
; register ss: 0x0013
; register cr0: 0x2006FFE5
; register ldtr: 0xC098E854BC08FFFFFFFC

        .org  0x2388
        .unit 0x66, 0x0F, 0x03, 0xC0

        .org  0xF6F1
        .unit 0x63
