# Checks itself: tasks that the processor switches by JMP, CALL, IRET and gates, call gates and returns
# between levels, conforming code, local descriptors, and what of it is refused. Prints a line for each check,
# the same here and on any other implementation.
#
# Expected values are the manual's (volume 3, chapters 3, 4 and 6, volume 2). Limits of segments, which some emulators
# do not look at, are not relied on.

        .include "checks.inc"

        .equ    OTHER, 0x30                     # a task of level 0
        .equ    WORDS, 0x38                     # one whose state segment has 16 bits
        .equ    USERS, 0x40                     # one of level 3
        .equ    TRUNCATED, 0x48                     # a state segment that is one byte too short
        .equ    ABSENT, 0x50
        .equ    BROKEN, 0x58                    # one whose DS is none
        .equ    TO_OTHER, 0x60                  # a task gate
        .equ    LOCAL, 0x68
        .equ    GATE32, 0x70
        .equ    GATE16, 0x78
        .equ    GATE0, 0x80                     # for level 0 alone
        .equ    GATE_ABSENT, 0x88
        .equ    GATE_DATA, 0x90
        .equ    CONFORMING, 0xA0
        .equ    DATA_ABSENT, 0xA8
        .equ    CODE_ONLY, 0xB0                 # may not be read
        .equ    READ_ONLY, 0xB8
        .equ    CODE1, 0xC1                     # level 1
        .equ    DATA1, 0xC9
        .equ    GATE_TO_1, 0xD0
        .equ    STACK_ABSENT, 0xD8
        .equ    CODE_ABSENT, 0xE0
        .equ    FAULTS, 0xE8                    # a task for an exception
        .equ    STACK16, 0xF0                   # of 16 bits
        .equ    BEYOND, 0x200

        .equ    BUSY, 2

        .globl  start
start:  mov     esp, offset stack_top
        call    set_up
        call    describe

# --- TR, and switches.

        movzx   eax, byte ptr [gdt + MAIN + 5]
        is      "LTR makes the segment busy", 0x8B
        clts
        mov     ebx, 0x1974
        mov     ebp, 0x360
        jmp     OTHER:0
        mov     eax, [other_saw + 0]
        is      "JMP: the task's EAX", 0x11111111
        mov     eax, [other_saw + 4]
        is      "its EDI", 0x88888888
        mov     eax, [other_saw + 8]
        is      "its TR", OTHER
        mov     eax, [other_saw + 12]
        and     eax, 0x4000
        is      "NT is not set", 0
        mov     eax, [other_saw + 16]
        and     eax, 8
        is      "CR0.TS is", 8
        mov     eax, [other_saw + 20]
        is      "the old segment is available", 0x89
        mov     eax, [other_saw + 24]
        is      "the new one is busy", 0x8B
        mov     eax, [main_state + 0x34]
        is      "EBX is stored", 0x1974
        movzx   eax, word ptr [main_state + 0x4C]
        is      "and CS", K_CODE
        mov     eax, ebp
        is      "and comes back", 0x360
        movzx   eax, byte ptr [gdt + OTHER + 5]
        is      "the other segment is available again", 0x89
        xor     eax, eax
        str     ax
        is      "TR again", MAIN

        mov     word ptr [other_state], 0xFFFF
        call    OTHER:0
        mov     eax, [other_saw + 12]
        and     eax, 0x4000
        is      "CALL: NT is set", 0x4000
        mov     eax, [other_saw + 20]
        is      "the old segment stays busy", 0x8B
        movzx   eax, word ptr [other_state]
        is      "the link", MAIN
        mov     eax, [other_state + 0x24]
        and     eax, 0x4000
        is      "IRET stores NT as zero", 0
        pushfd
        pop     eax
        and     eax, 0x4000
        is      "and it is zero behind it", 0
        movzx   eax, byte ptr [gdt + OTHER + 5]
        is      "and the segment available", 0x89

        mov     dword ptr [other_saw + 12], 0
        call    TO_OTHER:0
        mov     eax, [other_saw + 12]
        and     eax, 0x4000
        is      "CALL through a task gate", 0x4000
        mov     word ptr [idt + 0x90 * 8 + 2], OTHER
        mov     byte ptr [idt + 0x90 * 8 + 5], 0xE5
        mov     dword ptr [other_saw + 12], 0
        int     0x90
        mov     eax, [other_saw + 12]
        and     eax, 0x4000
        is      "INT n through a task gate", 0x4000

# An exception through a task gate: its code on the stack of the new task.
        mov     word ptr [idt + GP * 8 + 2], FAULTS
        mov     byte ptr [idt + GP * 8 + 5], 0x85
        mov     eax, BEYOND
faulting:
        mov     ds, eax
after:  mov     eax, [seen_code]
        is      "#GP through a task gate: the code", BEYOND
        mov     eax, [seen_eip]
        is      "EIP of the interrupted task", "offset faulting"
        mov     word ptr [idt + GP * 8 + 2], K_CODE
        mov     byte ptr [idt + GP * 8 + 5], 0x8E

# 16 bits.
        mov     ecx, 0xABCD1234
        call    WORDS:0
        mov     eax, [words_saw]
        and     eax, 0xFFFF
        is      "16 bits: AX", 0x1616
        mov     eax, [words_saw + 4]
        is      "TR", WORDS
        mov     eax, ecx
        is      "what was wide comes back wide", 0xABCD1234
        movzx   eax, word ptr [words_state]
        is      "its link", MAIN

# Level 3 as a task of its own; it comes back through INT 80h.
        attempt
        jmp     USERS:0
        came_back "a task of level 3", 0x3333
        mov     eax, [seen_cs]
        is      "its CS", U_CODE
        xor     eax, eax
        str     ax
        is      "TR is still its own", USERS
        call    main_again

# --- Switches that are refused.

        attempt
        jmp     MAIN:0
        refused "JMP to itself, who is busy", GP, MAIN
        attempt
        call    MAIN:0
        refused "CALL too", GP, MAIN
        attempt
        jmp     TRUNCATED:0
        refused "a segment too short", TS, TRUNCATED
        attempt
        jmp     ABSENT:0
        refused "one that is absent", NP, ABSENT
        mov     word ptr [main_state], OTHER
        attempt
        push    0x4002
        popfd
        iretd
        refused "IRET to a task that is not busy", TS, OTHER
        mov     word ptr [main_state], 0
        attempt
        push    0x4002
        popfd
        iretd
        refused "IRET without a link", TS, 0
        attempt
        jmp     BROKEN:0
        refused "a task whose DS is none: in the new task", TS, BEYOND
        xor     eax, eax
        str     ax
        is      "whose TR that is", BROKEN
        call    main_again
        attempt
        mov     eax, MAIN
        ltr     ax
        refused "LTR of a busy segment", GP, MAIN
        attempt
        mov     eax, K_DATA
        ltr     ax
        refused "LTR of data", GP, K_DATA
        attempt
        mov     eax, ABSENT
        ltr     ax
        refused "LTR of an absent one", NP, ABSENT
        user
        jmp     OTHER:0
        refused "JMP to a task of level 0 from level 3", GP, OTHER

# --- Call gates.

        user
        push    0x1111
        push    0x2222
        call    GATE32:0
        mov     ebx, offset user_stack
        sub     ebx, esp
        shl     ebx, 16
        or      eax, ebx
        int     BACK
        came_back "a call gate with parameters, and back", 0x3333
        mov     eax, [gate_saw]
        is      "CS in the gate's procedure", K_CODE
        mov     eax, [gate_saw + 4]
        is      "SS there", K_DATA
        mov     eax, [gate_saw + 8]
        is      "the caller's CS on the stack", U_CODE
        mov     eax, [gate_saw + 12]
        is      "its SS", U_DATA
        mov     eax, [gate_saw + 16]
        is      "its ESP behind the parameters", "offset user_stack - 8"
        mov     eax, [gate_saw + 20]
        is      "how far the inner stack is used", 24
        user
        pushw   0x1200
        pushw   0x0034
        call    GATE16:0
        movzx   eax, ax
        int     BACK
        came_back "a gate of 16 bits", 0x1234
        user
        call    GATE0:0
        refused "a gate for level 0", GP, GATE0
        user
        call    GATE_ABSENT:0
        refused "an absent gate", NP, GATE_ABSENT
        user
        call    GATE_DATA:0
        refused "a gate to data", GP, K_DATA
        user
        jmp     GATE32:0
        refused "JMP through a gate to an inner level", GP, K_CODE
        user
        call    K_CODE:0
        refused "CALL of inner code", GP, K_CODE
        user
        call    CONFORMING:conforming
        int     BACK
        came_back "conforming code: CS has the caller's level", CONFORMING+3
        attempt
        call    U_CODE:0
        refused "CALL of outer code", GP, U_CODE&0xFFFC
        attempt
        call    CODE_ABSENT:0
        refused "CALL of absent code", NP, CODE_ABSENT
        attempt
        call    BEYOND:0
        refused "CALL beyond the table", GP, BEYOND
        attempt
        call    0:0
        refused "CALL of nothing", GP, 0

# Level 1: called from level 3, and by INT.
        user
        call    GATE_TO_1:0
        int     BACK
        came_back "a gate to level 1: CS and SS", (CODE1<<16)+DATA1
        mov     word ptr [idt + 0x91 * 8 + 2], CODE1
        mov     eax, offset interrupt_1
        mov     [idt + 0x91 * 8], ax
        shr     eax, 16
        mov     [idt + 0x91 * 8 + 6], ax
        user
        int     0x91
        int     BACK
        came_back "INT to level 1: CS and SS", (CODE1<<16)+DATA1
        attempt
        int     0x91
        refused "INT to an outer level", GP, CODE1&0xFFFC

# --- Returns.

        attempt
        push    U_DATA
        push    offset user_stack
        push    U_CODE
        push    offset 1f
        retf
1:      mov     eax, cs
        int     BACK
        came_back "RETF to level 3", U_CODE
        user
        push    K_CODE
        push    offset start
        retf
        refused "RETF to an inner level", GP, K_CODE
        user
        pushfd
        push    K_CODE
        push    offset start
        iretd
        refused "IRET to an inner level", GP, K_CODE
        attempt
        push    K_DATA
        push    offset user_stack
        push    U_CODE
        push    offset start
        retf
        refused "RETF with the stack of another level", GP, K_DATA
        attempt
        push    0
        push    offset user_stack
        push    U_CODE
        push    offset start
        retf
        refused "and with none", GP, 0
        attempt
        mov     eax, K_DATA
        mov     ds, eax
        mov     eax, U_DATA
        mov     es, eax
        push    eax
        push    offset user_stack
        push    2
        push    U_CODE
        push    offset 1f
        iretd
1:      mov     eax, es
        shl     eax, 16
        mov     ax, ds
        int     BACK
        came_back "IRET takes the kernel's DS away, ES not", U_DATA<<16
        user    0x3202
        pushfd
        pop     eax
        int     BACK
        came_back "IRET gives IOPL and IF", 0x3202
        user
        push    0x3202
        popfd
        pushfd
        pop     eax
        int     BACK
        came_back "POPF at level 3 does not", 2

# --- Segment registers.

        attempt
        mov     eax, U_DATA
        mov     ss, eax
        refused "SS of another level", GP, U_DATA&0xFFFC
        attempt
        xor     eax, eax
        mov     ss, eax
        refused "SS of nothing", GP, 0
        attempt
        mov     eax, STACK_ABSENT
        mov     ss, eax
        refused "an absent stack", SS_, STACK_ABSENT
        attempt
        mov     eax, READ_ONLY
        mov     ss, eax
        refused "a stack that cannot be written", GP, READ_ONLY
        attempt
        mov     eax, DATA_ABSENT
        mov     ds, eax
        refused "DS absent", NP, DATA_ABSENT
        attempt
        mov     eax, CODE_ONLY
        mov     ds, eax
        refused "DS code that cannot be read", GP, CODE_ONLY
        attempt
        mov     eax, MAIN
        mov     es, eax
        refused "ES a system segment", GP, MAIN
        user
        mov     eax, K_DATA + 3
        mov     fs, eax
        refused "FS of an inner level", GP, K_DATA
        attempt
        mov     eax, K_DATA + 3
        mov     ds, eax
        refused "RPL counts", GP, K_DATA
        user
        mov     eax, CONFORMING + 3
        mov     fs, eax
        mov     eax, fs
        int     BACK
        came_back "conforming code may be read", CONFORMING+3

# The local table.
        mov     eax, LOCAL
        lldt    ax
        sldt    ax
        movzx   eax, ax
        is      "SLDT", LOCAL
        mov     eax, 4
        mov     fs, eax
        mov     eax, fs:[0]
        is      "a segment of the local table", 0x01234567
        movzx   eax, byte ptr [local_table + 5]
        is      "is marked accessed", 0x93
        attempt
        mov     eax, 0x0C
        mov     fs, eax
        refused "beyond the local table", GP, 0x0C
        attempt
        mov     eax, K_DATA
        lldt    ax
        refused "LLDT of data", GP, K_DATA
        attempt
        mov     eax, 4
        lldt    ax
        refused "LLDT from the local table", GP, 4
        xor     eax, eax
        lldt    ax
        attempt
        mov     eax, 4
        mov     fs, eax
        refused "without a local table", GP, 4

# --- What may be asked.

        mov     ecx, READ_ONLY
        verr    cx
        call    zero_flag
        is      "VERR of what can be read", 1
        verw    cx
        call    zero_flag
        is      "VERW of it", 0
        mov     ecx, CODE_ONLY
        verr    cx
        call    zero_flag
        is      "VERR of code alone", 0
        mov     ecx, BEYOND
        verr    cx
        call    zero_flag
        is      "VERR beyond the table", 0
        mov     ecx, READ_ONLY
        lar     eax, ecx
        and     eax, 0x00F0FF00                 # four bits are undefined
        is      "LAR", 0x00C09000
        mov     ecx, K_DATA
        lsl     eax, ecx
        is      "LSL, in pages", 0xFFFFFFFF
        mov     ecx, MAIN
        lsl     eax, ecx
        is      "LSL of a task state segment", 0x67
        mov     ecx, GATE32
        lar     eax, ecx
        and     eax, 0xFF00
        is      "LAR of a gate", 0xEC00
        mov     eax, 0x1974
        lsl     eax, ecx
        is      "LSL of a gate leaves alone", 0x1974
        user
        mov     ecx, K_DATA + 3
        mov     eax, 0x1974
        lar     eax, ecx
        int     BACK
        came_back "LAR of an inner level leaves alone", 0x1974
        mov     eax, 0x10
        mov     ecx, 3
        arpl    ax, cx
        movzx   eax, ax
        is      "ARPL", 0x13

# --- What level 3 may not do.

        .macro  privileged name, instruction:vararg
        user
        \instruction
        refused "\name at level 3", GP, 0
        .endm

        privileged HLT, hlt
        privileged CLI, cli
        privileged STI, sti
        privileged CLTS, clts
        privileged INVD, invd
        privileged WBINVD, wbinvd
        privileged INVLPG, invlpg [0]
        privileged LGDT, lgdt gdt_register
        privileged LIDT, lidt idt_register
        privileged LLDT, lldt ax
        privileged LTR, ltr ax
        privileged LMSW, lmsw ax
        privileged "MOV from CR0", mov eax, cr0
        privileged "MOV to CR3", mov cr3, eax
        privileged "MOV from DR7", mov eax, dr7
        privileged RDMSR, rdmsr
        privileged WRMSR, wrmsr
        privileged IN, in al, 0x61
        privileged OUT, out 0x80, al
        user
        int     0x20
        refused "INT n through a gate of level 0", GP, 0x20*8+2
        user
        int3
        refused "INT 3 too", GP, 3*8+2
        jmp     end_of_checks

zero_flag:
        setz    al
        movzx   eax, al
        ret

# TR as it was, whatever has become of it.
main_again:
        mov     byte ptr [gdt + MAIN + 5], 0x89
        mov     eax, MAIN
        ltr     ax
        ret

# --- The tasks.

# Puts down what it is, and goes back as it came.
other:  mov     [other_saw], eax
        mov     [other_saw + 4], edi
        xor     eax, eax
        str     ax
        mov     [other_saw + 8], eax
        pushfd
        pop     eax
        mov     [other_saw + 12], eax
        mov     eax, cr0
        mov     [other_saw + 16], eax
        movzx   eax, byte ptr [gdt + MAIN + 5]
        mov     [other_saw + 20], eax
        movzx   eax, byte ptr [gdt + OTHER + 5]
        mov     [other_saw + 24], eax
        test    byte ptr [other_saw + 13], 0x40
        jz      1f
        iretd
        jmp     other
1:      jmp     MAIN:0
        jmp     other

# For an exception with a code; the instruction behind is to be the next.
faults: pop     dword ptr [seen_code]
        mov     eax, [main_state + 0x20]
        mov     [seen_eip], eax
        mov     dword ptr [main_state + 0x20], offset after
        iretd
        jmp     faults

# In a code segment of 32 bits, but its task state segment has 16: EIP below 10000. It is copied there.
words:  mov     [words_saw], eax
        xor     eax, eax
        str     ax
        mov     [words_saw + 4], eax
        iretd
        .equ    WORDS_AT, 0x8000
words_end:

users:  mov     eax, 0x3333
        int     BACK

# --- Procedures behind gates.

gate32: mov     eax, cs
        mov     [gate_saw], eax
        mov     eax, ss
        mov     [gate_saw + 4], eax
        mov     eax, [esp + 4]
        mov     [gate_saw + 8], eax
        mov     eax, [esp + 20]
        mov     [gate_saw + 12], eax
        mov     eax, [esp + 16]
        mov     [gate_saw + 16], eax
        mov     eax, offset inner_stack
        sub     eax, esp
        mov     [gate_saw + 20], eax
        mov     eax, [esp + 8]
        add     eax, [esp + 12]
        retf    8

# A frame of words: IP, CS, two parameters, SP, SS; the stack's pointer has 16 bits for the caller.
gate16: movzx   eax, word ptr [esp + 4]
        add     ax, [esp + 6]
        push    U_DATA
        push    offset user_stack
        push    U_CODE
        push    offset 1f
        retf
1:      int     BACK

gate1:  call    levels
        retf
interrupt_1:
        call    levels
        iretd

levels: mov     eax, cs
        shl     eax, 16
        mov     ax, ss
        ret

conforming:
        xor     eax, eax
        mov     ax, cs
        retf

# --- Descriptors.

describe:
        descriptor OTHER, "offset other_state", 0x67, 0x89
        descriptor WORDS, "offset words_state", 0x2B, 0x81
        descriptor USERS, "offset users_state", 0x67, 0x89
        descriptor TRUNCATED, "offset other_state", 0x66, 0x89
        descriptor ABSENT, "offset other_state", 0x67, 0x09
        descriptor BROKEN, "offset broken_state", 0x67, 0x89
        descriptor FAULTS, "offset faults_state", 0x67, 0x89
        descriptor LOCAL, "offset local_table", 0x0B, 0x82
        descriptor CONFORMING, 0, 0xFFFFF, 0x9E, 0xC0
        descriptor DATA_ABSENT, 0, 0xFFFFF, 0x12, 0xC0
        descriptor STACK_ABSENT, 0, 0xFFFFF, 0x12, 0xC0
        descriptor CODE_ABSENT, 0, 0xFFFFF, 0x1A, 0xC0
        descriptor CODE_ONLY, 0, 0xFFFFF, 0x98, 0xC0
        descriptor READ_ONLY, 0, 0xFFFFF, 0x90, 0xC0
        descriptor CODE1, 0, 0xFFFFF, 0xBA, 0xC0
        descriptor DATA1, 0, 0xFFFFF, 0xB2, 0xC0
        gate    TO_OTHER, OTHER, 0, 0x8500
        gate    GATE32, K_CODE, "offset gate32", 0xEC02
        gate    GATE16, K_CODE, WORDS_AT + 0x100, 0xE402
        gate    GATE0, K_CODE, "offset gate32", 0x8C00
        gate    GATE_ABSENT, K_CODE, "offset gate32", 0x6C00
        gate    GATE_DATA, K_DATA, "offset gate32", 0xEC00
        gate    GATE_TO_1, CODE1, "offset gate1", 0xEC00
        mov     dword ptr [main_state + 0x0C], offset middle_stack
        mov     dword ptr [main_state + 0x10], DATA1

        mov     eax, offset local_data
        mov     ecx, 3
        mov     edx, 0x92
        mov     edi, offset local_table
        call    set_descriptor

# What runs below 10000.
        mov     esi, offset words
        mov     edi, WORDS_AT
        mov     ecx, offset words_end - words
        rep movsb
        mov     esi, offset gate16
        mov     edi, WORDS_AT + 0x100
        mov     ecx, offset gate1 - gate16
        rep movsb

        mov     ebx, offset other_state
        mov     eax, offset other
        call    make_task
        mov     dword ptr [ebx + 0x28], 0x11111111
        mov     dword ptr [ebx + 0x44], 0x88888888
        mov     ebx, offset faults_state
        mov     eax, offset faults
        call    make_task
        add     dword ptr [ebx + 0x38], 512
        mov     ebx, offset broken_state
        mov     eax, offset start
        call    make_task
        mov     dword ptr [ebx + 0x54], BEYOND
        mov     ebx, offset users_state
        mov     eax, offset users
        call    make_task
        mov     dword ptr [ebx + 0x38], offset user_stack
        mov     dword ptr [ebx + 0x4C], U_CODE
        mov     eax, U_DATA
        mov     [ebx + 0x48], eax
        mov     [ebx + 0x50], eax
        mov     [ebx + 0x54], eax
        mov     [ebx + 0x58], eax
        mov     [ebx + 0x5C], eax
        mov     dword ptr [ebx + 4], offset inner_stack
        mov     dword ptr [ebx + 8], K_DATA

        mov     ebx, offset words_state
        mov     word ptr [ebx + 0x0E], WORDS_AT
        mov     word ptr [ebx + 0x10], 2
        mov     word ptr [ebx + 0x12], 0x1616
        mov     word ptr [ebx + 0x1A], 0x7000
        mov     word ptr [ebx + 0x22], K_DATA
        mov     word ptr [ebx + 0x24], K_CODE
        mov     word ptr [ebx + 0x26], STACK16
        mov     word ptr [ebx + 0x28], K_DATA
        descriptor STACK16, 0, 0xFFFF, 0x92
        ret

# EBX, of level 0, from EAX on.
make_task:
        mov     [ebx + 0x20], eax
        mov     dword ptr [ebx + 0x24], 2
        mov     dword ptr [ebx + 0x38], offset task_stack
        mov     eax, K_DATA
        mov     [ebx + 0x48], eax
        mov     [ebx + 0x50], eax
        mov     [ebx + 0x54], eax
        mov     [ebx + 0x58], eax
        mov     [ebx + 0x5C], eax
        mov     dword ptr [ebx + 0x4C], K_CODE
        mov     word ptr [ebx + 0x66], 0x68
        ret

        .data
local_data:
        .long   0x01234567

        .bss
        .align  16
other_state:
        .skip   0x68
users_state:
        .skip   0x68
broken_state:
        .skip   0x68
faults_state:
        .skip   0x68
words_state:
        .skip   0x2C
local_table:
        .skip   16
other_saw:
        .skip   28
words_saw:
        .skip   8
gate_saw:
        .skip   24
        .align  16
        .skip   512
task_stack:
        .skip   512
        .skip   512
middle_stack:

        .section .note.GNU-stack, "", @progbits
