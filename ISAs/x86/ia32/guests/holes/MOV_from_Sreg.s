; Shows MOV_from_Sreg. After it memory[0x0] is 03, not 00.
;
; limit: 1
; choice memory_size: 65536
; register eip: 0x00000000
; register cr0: 0x00000001

        .org  0x0
        .unit 0x67, 0x8C, 0x0D
