; Shows PUSH_Sreg. After it memory[0xBFFE] is 03, not 00.
;
; limit: 1
; choice memory_size: 65536
; register gr[4]: 0x0000C000
; register eip: 0x00000000
; register cr0: 0x00000001

        .org  0x0
        .unit 0x0E
