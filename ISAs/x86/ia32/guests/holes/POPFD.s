; Shows POPFD. After it eflags is 00180D46, not 00000D46.
;
; limit: 1
; choice memory_size: 65536
; register eip: 0x00000000
; register eflags: 0x00180002
; register cpl: 0x3
; register cs: 0x0003
; register ss: 0x0003
; register cr0: 0x00000001

        .org  0x0
        .unit 0x66, 0x9D
