# Checks itself where some emulators do not look: limits and rights of segments, null selectors, alignment, the
# length of instructions, control registers, the virtual-8086 mode extensions, bounds of real-address mode. QEMU's
# translator fails many of these checks, a Pentium or Bochs none.

        .include "checks.inc"

        .equ    SMALL, 0x30                     # 16 bytes of data
        .equ    DOWN, 0x38                      # expands down to 1000
        .equ    READ_ONLY, 0x40
        .equ    CODE_ONLY, 0x48
        .equ    CODE_READ, 0x50
        .equ    SMALL_CODE, 0x58
        .equ    SMALL_STACK, 0x60
        .equ    CONFORMING, 0x68
        .equ    GATE_CONFORMING, 0x70
        .equ    TRAPPED, 0x78                   # a task whose T bit is set
        .equ    CODE16, 0x80

        .equ    LOW, 0x6000
        .equ    V86_STACK, 0x1000

        .globl  start
start:  mov     esp, offset stack_top
        call    set_up
        descriptor SMALL, "offset small_data", 15, 0x92
        descriptor DOWN, 0, 0xFFF, 0x96, 0x40
        descriptor READ_ONLY, 0, 0xFFFFF, 0x90, 0xC0
        descriptor CODE_ONLY, 0, 0xFFFFF, 0x98, 0xC0
        descriptor CODE_READ, 0, 0xFFFFF, 0x9A, 0xC0
        descriptor SMALL_CODE, "offset nothing", 3, 0x9A, 0x40
        descriptor SMALL_STACK, 0, 0x1FF, 0x92, 0xC0
        descriptor CONFORMING, 0, 0xFFFFF, 0x9E, 0xC0
        descriptor TRAPPED, "offset trapped_state", 0x67, 0x89
        descriptor CODE16, LOW, 0xFFFF, 0x9A
        gate    GATE_CONFORMING, CONFORMING, "offset conforming", 0xEC00

# --- Limits.

        mov     eax, SMALL
        mov     fs, eax
        mov     eax, fs:[12]
        is      "the last doubleword", 0x44444444
        attempt
        mov     eax, fs:[13]
        refused "one byte further", GP
        attempt
        mov     fs:[15], ax
        refused "a word at the last byte", GP
        attempt
        mov     al, fs:[16]
        refused "a byte behind it", GP
        attempt
        mov     eax, fs:[0xFFFFFFFE]
        refused "an offset below zero", GP
        mov     eax, DOWN
        mov     gs, eax
        attempt
        mov     al, gs:[0xFFF]
        refused "below what expands down", GP
        attempt
        mov     al, gs:[0x1000]
        refused "and in it", NONE
        attempt
        jmp     SMALL_CODE:4
        refused "JMP beyond a limit", GP
        attempt
        jmp     SMALL_CODE:0
        refused "code that runs over its limit", GP
        mov     eax, [seen_eip]
        is      "EIP there", 4
        mov     eax, SMALL_STACK
        mov     ss, eax
        attempt
        mov     eax, ss:[0x1FFFFE]
        refused "beyond the stack's limit", SS_
        attempt
        mov     ebp, 0x200000
        mov     eax, [ebp]
        refused "by EBP", SS_
        mov     eax, K_DATA
        mov     ss, eax

# --- Rights.

        mov     eax, READ_ONLY
        mov     gs, eax
        attempt
        mov     gs:[scratch], eax
        refused "a store to what is read-only", GP
        mov     eax, CODE_READ
        mov     gs, eax
        attempt
        mov     eax, gs:[scratch]
        refused "a load from code", NONE
        attempt
        mov     gs:[scratch], eax
        refused "a store to code", GP
        attempt
        mov     cs:[scratch], eax
        refused "and by CS", GP
        attempt
        jmp     CODE_ONLY:execute_only
execute_only:
        mov     eax, cs:[scratch]
        refused "a load from code that is only executed", GP
        xor     eax, eax
        mov     gs, eax
        attempt
        mov     eax, gs:[scratch]
        refused "a null selector", GP
        user
        call    GATE_CONFORMING:0
        int     BACK
        came_back "conforming code through a gate: CS has the caller's level", CONFORMING+3

# --- What is not an instruction.

        attempt
        .byte   0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66
        nop
        refused "15 bytes", NONE
        attempt
        .byte   0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66
        nop
        refused "16 bytes", GP
        attempt
        .byte   0xF0
        mov     [scratch], eax
        refused "LOCK MOV", UD
        attempt
        .byte   0xF0
        add     eax, ecx
        refused "LOCK with a register", UD

# --- Control registers.

        attempt
        mov     eax, cr0
        and     eax, 0x7FFFFFFE
        or      eax, 0x80000000
        mov     cr0, eax
        refused "paging without protection", GP
        attempt
        mov     eax, cr0
        and     eax, 0x9FFFFFFF
        or      eax, 0x20000000
        mov     cr0, eax
        refused "NW without CD", GP
        attempt
        mov     eax, 0x80000000
        mov     cr4, eax
        refused "a reserved bit of CR4", GP
        xor     eax, eax
        mov     dr6, eax
        mov     eax, 0x2400
        mov     dr7, eax
        attempt
        mov     eax, dr0
        refused "general detect", DB
        mov     eax, dr6
        and     eax, 0xE00F
        is      "DR6.BD", 0x2000
        mov     eax, dr7
        and     eax, 0x2000
        is      "DR7.GD is off then", 0
        mov     eax, 0x400
        mov     dr7, eax

# --- Alignment, at level 3 alone.

        mov     eax, cr0
        or      eax, 0x40000
        mov     cr0, eax
        user    0x40002
        mov     eax, [scratch + 1]
        refused "a doubleword off its boundary", AC, 0
        user    0x40002
        mov     ax, [scratch + 1]
        refused "a word", AC, 0
        user    0x40002
        mov     ax, [scratch + 2]
        mov     al, [scratch + 1]
        int     BACK
        came_back "what is aligned", 0x80
        user
        mov     eax, [scratch + 1]
        int     BACK
        came_back "without AC", 0x02000280
        mov     eax, cr0
        and     eax, ~0x40000
        mov     cr0, eax

# --- Debug traps of MOV to SS, and of a task.

        xor     eax, eax
        mov     dr6, eax
        mov     ecx, K_DATA
        attempt
        push    0x102
        popfd
        mov     ss, ecx
        nop
1:      nop
        refused "a single step over MOV to SS", DB
        mov     eax, [seen_eip]
        is      "comes behind the next instruction", "offset 1b"

        mov     ebx, offset trapped_state
        mov     dword ptr [ebx + 0x20], offset trapped
        mov     dword ptr [ebx + 0x24], 2
        mov     dword ptr [ebx + 0x38], offset trapped_stack
        mov     eax, K_DATA
        mov     [ebx + 0x48], eax
        mov     [ebx + 0x50], eax
        mov     [ebx + 0x54], eax
        mov     dword ptr [ebx + 0x4C], K_CODE
        mov     dword ptr [ebx + 0x64], 0x680001
        xor     eax, eax
        mov     dr6, eax
        attempt
        jmp     TRAPPED:0
        refused "a task's T bit", DB
        mov     eax, [seen_eip]
        is      "before its first instruction", "offset trapped"
        mov     eax, dr6
        and     eax, 0xE00F
        is      "DR6.BT", 0x8000
        mov     byte ptr [gdt + MAIN + 5], 0x89
        mov     eax, MAIN
        ltr     ax

# --- Virtual-8086 mode.

        cld
        mov     esi, offset low_code
        mov     edi, LOW
        mov     ecx, low_code_end - low_code
        rep movsb

        .macro  virtual label, flags
        attempt
        push    0
        push    0
        push    0
        push    0
        push    0x0700
        push    V86_STACK
        push    0x20002 + \flags
        push    LOW >> 4
        push    (\label - low_code)
        iretd
        .endm

        virtual v86_wraps, 0x3000
        refused "virtual-8086: a word at the end of a segment", GP, 0
        mov     eax, cr4
        or      eax, 1
        mov     cr4, eax
        virtual v86_sti, 0
        refused "VME: STI, and then HLT", GP, 0
        mov     eax, [seen_flags]
        and     eax, 0x80200
        is      "VIF is set and IF is not", 0x80000
        virtual v86_flags, 0x80000
        refused "PUSHF, and then HLT", GP, 0
        .equ    saw, LOW + 0x800
        movzx   eax, word ptr [saw]
        is      "shows VIF as IF, and IOPL 3", 0x3202
        mov     eax, cr4
        and     eax, ~1
        mov     cr4, eax

# --- Real-address mode.

        mov     [saved_esp], esp
        lidt    real_idt
        mov     word ptr [13 * 4], (real_13 - low_code)
        mov     word ptr [13 * 4 + 2], LOW >> 4
        descriptor SMALL, 0, 0xFFFF, 0x92
        mov     eax, SMALL
        mov     ds, eax
        mov     es, eax
        mov     ss, eax
        mov     esp, V86_STACK
        jmp     CODE16:(leave_protected - low_code)
protected_again:
        mov     eax, K_DATA
        mov     ds, eax
        mov     es, eax
        mov     ss, eax
        mov     esp, [saved_esp]
        lidt    idt_register
        movzx   eax, word ptr [saw + 2]
        is      "real-address mode: a word at the end of a segment", "(real_wraps-low_code)"
        movzx   eax, word ptr [saw + 4]
        is      "an address of 32 bits beyond it", "(real_beyond-low_code)"
        jmp     end_of_checks

nothing:
        nop
        nop
        nop
        nop
conforming:
        xor     eax, eax
        mov     ax, cs
        retf
trapped:
        jmp     trapped

# --- 16 bits.

        .code16
        .balign 16
low_code:
v86_wraps:
        mov     ax, ds:[0xFFFF]
v86_sti:
        sti
        hlt
v86_flags:
        pushf
        pop     ax
        mov     bx, LOW >> 4
        mov     ds, bx
        mov     ds:[0x800], ax
        hlt

# Still with a descriptor, in a segment that begins at `low_code`.
leave_protected:
        mov     eax, cr0
        and     al, 0xFE
        mov     cr0, eax
        jmp     LOW >> 4, (real - low_code)
real:   mov     ax, cs
        mov     ds, ax
        mov     ss, ax
        mov     sp, 0x780
        mov     bp, 0x802
real_wraps:
        mov     ax, ds:[0xFFFF]
        nop
        mov     bp, 0x804
        mov     ecx, 0x10000
real_beyond:
        .byte   0x67
        mov     al, [bx + di]                   # that is [ecx] then
        nop
        mov     eax, cr0
        or      al, 1
        mov     cr0, eax
        .byte   0x66
        .byte   0xEA
        .long   protected_again
        .word   K_CODE

# Where BP says goes the instruction's IP; and on behind a NOP.
real_13:
        mov     si, sp
        mov     si, ss:[si]
        mov     ds:[bp], si
1:      mov     al, cs:[si]
        inc     si
        cmp     al, 0x90
        jne     1b
        mov     di, sp
        mov     ss:[di], si
        iret
low_code_end:
        .code32

        .section .rodata
real_idt:
        .word   0x3FF
        .long   0

        .data
        .align  4
scratch:
        .long   0x00028086, 0x02
small_data:
        .long   0x11111111, 0x22222222, 0x33333333, 0x44444444

        .bss
        .align  16
saved_esp:
        .skip   16
trapped_state:
        .skip   0x68
        .align  16
        .skip   256
trapped_stack:

        .section .note.GNU-stack, "", @progbits
