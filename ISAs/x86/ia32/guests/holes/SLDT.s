; Shows SLDT. After it memory[0x0] is 00, not 0A.
;
; limit: 1
; choice memory_size: 65536
; register eip: 0x0000D8AB
; register cr0: 0x20000001
; register ldtr_selector: 0x000A

        .org  0xD8AB
        .unit 0x66, 0x0F
