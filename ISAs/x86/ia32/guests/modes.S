# Checks itself: exceptions, pages, ports and debug registers in protected mode, then virtual-8086 mode, and
# real-address mode and back. Prints a line for each check, the same here and on any other implementation of the
# Pentium's manual.
#
# Begun in the manner of test386.asm, whose text it does not share.

        .include "checks.inc"

        .equ    PORTS, 0x30                     # a task state segment with a map of ports
        .equ    DOUBLE, 0x38                    # a task for double faults
        .equ    CODE16, 0x40
        .equ    DATA16, 0x48

        .equ    PRESENT, 1
        .equ    WRITABLE, 2
        .equ    USER, 4
        .equ    ACCESSED, 0x20
        .equ    DIRTY, 0x40
        .equ    LARGE, 0x80

# Linear addresses behind the page tables.
        .equ    PAGES, 0x400000                 # the second directory entry's
        .equ    TWICE, PAGES                    # both are `page`
        .equ    TWICE_TOO, PAGES + 0x1000
        .equ    FIXED, PAGES + 0x2000           # all may read it
        .equ    INNER, PAGES + 0x3000           # level 0 to 2 alone
        .equ    GONE, PAGES + 0x4000
        .equ    OUTER, 0x800000                 # `page` again, by an entry of the directory that is read-only
        .equ    WIDE, 0xC00000                  # a large page: the first 4 megabytes

        .equ    LOW, 0x6000                     # where the programs of 16 bits are
        .equ    V86_STACK, 0x1000

        .globl  start
start:  mov     esp, offset stack_top
        call    set_up
        descriptor PORTS, "offset ports_state", "0x68 + 0x11", 0x89
        descriptor DOUBLE, "offset double_state", 0x67, 0x89
        descriptor CODE16, LOW, 0xFFFF, 0x9A
        descriptor DATA16, 0, 0xFFFFF, 0x92, 0x80

# --- Exceptions of the program.

        attempt
        xor     edx, edx
        mov     eax, 5
        xor     ecx, ecx
1:      div     ecx
        refused "DIV by zero", DE
        mov     eax, [seen_eip]
        is      "a fault: EIP is the instruction's", "offset 1b"
        attempt
        mov     eax, 0x80000000
        cdq
        or      ecx, -1
        idiv    ecx
        refused "IDIV that does not fit", DE
        attempt
1:      int3
2:      nop
        refused "INT 3", BREAK
        mov     eax, [seen_eip]
        is      "a trap: EIP is the next", "offset 2b"
        attempt
        mov     al, 0x7F
        inc     al
        into
        refused "INTO", OF
        attempt
        xor     eax, eax
        into
        refused "INTO without overflow", NONE
        attempt
        mov     eax, 11
        bound   eax, bounds
        refused "BOUND above", BR
        attempt
        mov     eax, 10
        bound   eax, bounds
        refused "BOUND at the end", NONE
        attempt
        .byte   0x0F, 0x0B
        refused "0F 0B", UD
        attempt
        .byte   0xF0
        nop
        refused "LOCK NOP", UD
        attempt
        .byte   0x8E, 0xC8
        refused "MOV to CS", UD
        attempt
        .byte   0x8D, 0xC0
        refused "LEA of a register", UD
        attempt
        .byte   0xFF, 0xF8
        refused "FF /7", UD
        attempt
        .byte   0x0F, 0x20, 0xC8
        refused "MOV from CR1", UD

        mov     eax, cr0
        or      eax, 8
        mov     cr0, eax
        attempt
        fninit
        refused "ESC with TS", NM
        attempt
        fwait
        refused "WAIT with TS alone", NONE
        mov     eax, cr0
        or      eax, 2
        mov     cr0, eax
        attempt
        fwait
        refused "WAIT with TS and MP", NM
        clts
        mov     eax, cr0
        and     eax, 8
        is      "CLTS", 0
        mov     eax, cr0
        or      eax, 4
        mov     cr0, eax
        attempt
        fninit
        refused "ESC with EM", NM
        mov     eax, cr0
        and     eax, ~6
        mov     cr0, eax

# --- Control registers.

        xor     eax, eax
        lmsw    ax
        smsw    ax
        and     eax, 1
        is      "LMSW does not clear PE", 1
        pushfd
        pop     eax
        mov     ecx, eax
        xor     eax, 0x00240000
        push    eax
        popfd
        pushfd
        pop     eax
        xor     eax, ecx
        is      "AC and ID can be changed", 0x00240000
        push    2
        popfd
        pushfd
        pop     eax
        is      "the reserved flags", 2

# --- Single steps and breakpoints.

        xor     eax, eax
        mov     dr6, eax
        attempt
        push    0x102
        popfd
        nop
1:      nop
        refused "a single step", DB
        mov     eax, [seen_eip]
        is      "behind the instruction that follows POPF", "offset 1b"
        mov     eax, dr6
        and     eax, 0xE00F
        is      "DR6.BS", 0x4000
        mov     eax, [seen_flags]
        and     eax, 0x100
        is      "TF on the stack", 0x100
        xor     eax, eax
        mov     dr6, eax
        mov     eax, offset broken_at
        mov     dr2, eax
        mov     eax, 0x420
        mov     dr7, eax
        attempt
        jmp     broken_at
        refused "a breakpoint", DB
        mov     eax, [seen_eip]
        is      "before its instruction", "offset broken_at"
        mov     eax, dr6
        and     eax, 0xE00F
        is      "DR6.B2", 4
        mov     dword ptr [resume_at], offset 2f
        mov     [resume_esp], esp
        mov     dword ptr [seen_vector], NONE
        push    0x10002
        push    K_CODE
        push    offset broken_at
        iretd
2:      mov     eax, 0x400
        mov     dr7, eax
        mov     eax, [seen_vector]
        is      "RF lets it by", NONE

# --- Pages.

        mov     edi, offset low_table
        mov     eax, PRESENT | WRITABLE | USER
        mov     ecx, 1024
1:      stosd
        add     eax, 0x1000
        loop    1b
        mov     dword ptr [directory], offset low_table + 7
        mov     dword ptr [directory + 4], offset table + 7
        mov     dword ptr [directory + 8], offset table + 5
        mov     dword ptr [directory + 12], 0x87
        mov     dword ptr [table], offset page + 7
        mov     dword ptr [table + 4], offset page + 7
        mov     dword ptr [table + 8], offset page + 5
        mov     dword ptr [table + 12], offset page + 3
        mov     eax, cr4
        or      eax, 0x10
        mov     cr4, eax
        mov     eax, offset directory
        mov     cr3, eax
        mov     eax, cr0
        or      eax, 0x80000000
        mov     cr0, eax
        jmp     1f
1:
        mov     eax, [TWICE]
        call    marks
        is      "a load marks a page accessed", ACCESSED
        mov     dword ptr [TWICE_TOO + 4], 0x1974
        mov     eax, [TWICE + 4]
        is      "one page at two addresses", 0x1974
        mov     eax, [table + 4]
        and     eax, ACCESSED | DIRTY
        is      "a store marks it dirty as well", ACCESSED | DIRTY
        call    marks
        is      "and only the entry that it came by", ACCESSED
        mov     eax, [directory + 4]
        and     eax, ACCESSED
        is      "the directory is marked too", ACCESSED
        attempt
1:      mov     eax, [GONE + 8]
        refused "a page that is not there", PF, 0
        mov     eax, [seen_cr2]
        is      "its address", GONE+8
        mov     eax, [seen_eip]
        is      "EIP is the instruction's still", "offset 1b"
        attempt
        mov     [GONE + 8], eax
        refused "a store there", PF, 2
        attempt
        mov     eax, [GONE - 2]
        refused "a load that reaches it", PF, 0
        mov     eax, [seen_cr2]
        is      "the second page's address", GONE
        attempt
        push    dword ptr [GONE]
        refused "PUSH from it", PF, 0
        mov     eax, [seen_esp]
        sub     eax, [resume_esp]
        is      "leaves ESP alone", 0
        attempt
        mov     eax, GONE
        jmp     eax
        refused "JMP to it", PF, 0
        mov     eax, [seen_eip]
        is      "EIP is there", GONE
        attempt
        call    GONE
        refused "CALL of it", PF, 0
        mov     eax, [seen_esp]
        sub     eax, [resume_esp]
        is      "has pushed", -4
        user
        mov     eax, [GONE]
        refused "from level 3", PF, 4
        user
        mov     [GONE], eax
        refused "a store from level 3", PF, 6
        user
        mov     eax, [INNER]
        refused "a page of the inner levels", PF, 5
        user
        mov     [INNER], eax
        refused "a store to it", PF, 7
        user
        mov     [FIXED + 8], eax
        refused "a store to what is read-only", PF, 7
        user
        mov     [OUTER + 8], eax
        refused "read-only by its directory entry", PF, 7
        attempt
        mov     [FIXED + 8], eax
        refused "level 0 may, without WP", NONE
        mov     eax, cr0
        or      eax, 0x10000
        mov     cr0, eax
        attempt
        mov     [FIXED + 8], eax
        refused "and not with it", PF, 3
        attempt
        mov     [OUTER + 8], eax
        refused "nor by the directory's entry", PF, 3
        user
        mov     eax, [FIXED]
        mov     eax, [OUTER]
        int     BACK
        came_back "all may read", 0x1974360
        mov     eax, [WIDE + scratch]
        is      "a large page", 0x8086
        mov     [WIDE + scratch + 4], eax
        mov     eax, [scratch + 4]
        is      "can be written", 0x8086
        mov     eax, [directory + 12]
        is      "and is marked", 0x87 + ACCESSED + DIRTY

        mov     eax, [TWICE]
        mov     dword ptr [table], offset page2 + 7
        invlpg  [TWICE]
        mov     eax, [TWICE]
        is      "INVLPG", 0x2222
        mov     dword ptr [table], offset page + 7
        mov     eax, cr3
        mov     cr3, eax
        mov     eax, [TWICE]
        is      "MOV to CR3", 0x1974360
        mov     dword ptr [table], offset page + 6
        invlpg  [TWICE]
        attempt
        mov     eax, [TWICE]
        refused "an entry that is not present any more", PF, 0

# A page fault for whose frame there is no page is a double fault.
        mov     word ptr [idt + DF * 8 + 2], DOUBLE
        mov     byte ptr [idt + DF * 8 + 5], 0x85
        mov     dword ptr [double_state + 0x1C], offset directory
        mov     dword ptr [double_state + 0x20], offset double_fault
        mov     dword ptr [double_state + 0x24], 2
        mov     dword ptr [double_state + 0x38], offset double_stack
        mov     eax, K_DATA
        mov     [double_state + 0x48], eax
        mov     [double_state + 0x50], eax
        mov     [double_state + 0x54], eax
        mov     dword ptr [double_state + 0x4C], K_CODE
        mov     dword ptr [main_state + 0x1C], offset directory
        attempt
        mov     esp, GONE + 0x100
        push    eax
        refused "no stack for a page fault: double fault", DF, 0
        mov     eax, [scratch + 8]
        is      "ESP in the task's segment", GONE+0x100

        mov     eax, cr0
        and     eax, 0x7FFEFFFF
        mov     cr0, eax
        jmp     1f
1:
# --- Ports.

        mov     eax, K_DATA
        mov     [ports_state + 8], eax
        mov     dword ptr [ports_state + 4], offset inner_stack
        mov     word ptr [ports_state + 0x66], 0x68
        mov     edi, offset ports_state + 0x68
        mov     ecx, 0x12
        mov     al, 0xFF
        rep stosb
        and     byte ptr [ports_state + 0x68 + 0x10], 0xFC      # ports 80 and 81
        mov     eax, PORTS
        ltr     ax
        user
        out     0x80, al
        int     BACK
        came_back "the map permits a port", U_DATA
        user
        out     0x80, ax
        int     BACK
        came_back "and two", U_DATA
        user
        out     0x80, eax
        refused "not four, of which two are not in it", GP, 0
        user
        out     0x82, al
        refused "nor another", GP, 0
        user    0x3002
        out     0x84, al
        cli
        int     BACK
        came_back "IOPL 3 permits all", U_DATA
        mov     eax, cr4
        or      eax, 4
        mov     cr4, eax
        user
        rdtsc
        refused "RDTSC with TSD", GP, 0
        attempt
        rdtsc
        refused "but at level 0", NONE
        mov     eax, cr4
        and     eax, ~4
        mov     cr4, eax

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
        push    0x4444
        push    0x3333
        push    0x0700
        push    V86_STACK
        push    0x20002 + \flags
        push    LOW >> 4
        push    (\label - low_code)
        iretd
        .endm

        virtual v86_adds, 0x3000
        came_back "virtual-8086: a segment begins at 16 times its number", 0x5678
        mov     eax, [seen_flags]
        and     eax, 0x23000
        is      "VM and IOPL on the stack", 0x23000
        mov     eax, [seen_cs]
        is      "CS", LOW>>4
        mov     eax, [seen_esp]
        mov     ecx, [eax + 4]
        shl     ecx, 16
        mov     eax, [eax + 12]
        mov     cx, ax
        mov     eax, ecx
        is      "SS and DS behind it", 0x07003333
        mov     eax, ds
        shl     eax, 16
        mov     ax, fs
        is      "FS is none in the handler", K_DATA<<16
        virtual v86_adds, 0
        refused "INT with IOPL 0", GP, 0
        virtual v86_flags, 0
        refused "PUSHF", GP, 0
        virtual v86_popf, 0
        refused "POPF", GP, 0
        virtual v86_iret, 0
        refused "IRET", GP, 0
        virtual v86_cli, 0
        refused "CLI", GP, 0
        virtual v86_flags, 0x3000
        came_back "PUSHF with IOPL 3", 0x3002
        virtual v86_cli, 0x3000
        came_back "CLI with it", 0x0002
        virtual v86_port, 0x3000
        refused "a port that the map forbids, IOPL or not", GP, 0
        virtual v86_port_too, 0x3000
        came_back "and one that it permits", 0x80
        virtual v86_hlt, 0x3000
        refused "HLT", GP, 0
        virtual v86_cr0, 0x3000
        refused "MOV from CR0", GP, 0
        virtual v86_lgdt, 0x3000
        refused "LGDT", GP, 0
        virtual v86_str, 0x3000
        refused "STR", UD
        virtual v86_lar, 0x3000
        refused "LAR", UD
        virtual v86_arpl, 0x3000
        refused "ARPL", UD
        virtual v86_far, 0x3000
        came_back "a far call", 0x0600
        virtual v86_retf, 0x3000
        came_back "and a far return", 0x1974

# --- Real-address mode.

        mov     [saved_esp], esp
        lidt    real_idt
        mov     word ptr [0x21 * 4], (real_21 - low_code)
        mov     word ptr [0x21 * 4 + 2], LOW >> 4
        mov     word ptr [6 * 4], (real_6 - low_code)
        mov     word ptr [6 * 4 + 2], LOW >> 4
        mov     word ptr [0], (real_0 - low_code)
        mov     word ptr [2], LOW >> 4
        mov     eax, DATA16                     # of 4 gigabytes: the limit stays
        mov     es, eax
        mov     eax, DATA16
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
        .equ    saw, LOW + 0x800
        movzx   eax, word ptr [saw]
        is      "real-address mode: CS", LOW>>4
        movzx   eax, word ptr [saw + 2]
        and     eax, 1
        is      "SMSW: PE", 0
        movzx   eax, word ptr [saw + 4]
        is      "INT 21h: AX from its procedure", 0x2121
        movzx   eax, word ptr [saw + 6]
        is      "DIV by zero: interrupt 0, the instruction's IP", "(real_div-low_code)"
        movzx   eax, word ptr [saw + 8]
        is      "LLDT: interrupt 6", "(real_lldt-low_code)"
        mov     eax, [saw + 10]
        is      "an operand of 32 bits", 0x12345678
        mov     eax, [saw + 14]
        is      "the limit of protected mode has stayed", 0x8086
        movzx   eax, word ptr [saw + 18]
        is      "a segment is 16 times its number", 0x5678
        movzx   eax, word ptr [saw + 20]
        is      "IF in the procedure, and behind it", 0x0002
        movzx   eax, word ptr [saw + 22]
        is      "REP STOSW", 0x5A5A
        movzx   eax, word ptr [saw + 24]
        is      "an index wraps at 64 kilobytes", 0x4321
        jmp     end_of_checks

broken_at:
        nop
        mov     esp, [resume_esp]
        jmp     [resume_at]

marks:  mov     eax, [table]
        and     eax, ACCESSED | DIRTY
        ret

double_fault:
        pop     dword ptr [seen_code]
        mov     dword ptr [seen_vector], DF
        push    dword ptr [main_state + 0x38]
        mov     eax, [resume_esp]
        mov     [main_state + 0x38], eax
        mov     eax, [resume_at]
        mov     [main_state + 0x20], eax
        pop     dword ptr [scratch + 8]
        iretd

# --- 16 bits.

        .code16
        .balign 16
low_code:
v86_adds:
        mov     ax, 0x0700
        mov     ds, ax
        mov     word ptr ds:[0x20], 0x5670
        mov     ax, 0x0702
        mov     es, ax
        add     word ptr es:[0], 8
        mov     eax, ds:[0x20]
        and     eax, 0xFFFF
        mov     bx, 0x3333
        mov     ds, bx
        int     BACK
v86_flags:
        pushf
        xor     eax, eax
        pop     ax
        int     BACK
v86_popf:
        popf
        int     BACK
v86_iret:
        iret
v86_cli:
        cli
        pushf
        pop     ax
        movzx   eax, ax
        and     ax, 0x0FFF
        int     BACK
v86_port:
        out     0x84, al
        int     BACK
v86_port_too:
        out     0x80, al
        mov     eax, 0x80
        int     BACK
v86_hlt:
        hlt
v86_cr0:
        mov     eax, cr0
        int     BACK
v86_lgdt:
        lgdt    ds:[0]
v86_str:
        str     ax
v86_lar:
        lar     ax, cx
v86_arpl:
        .byte   0x63, 0xC8
v86_far:
        call    LOW >> 4, (1f - low_code)
1:      xor     eax, eax
        pop     bx
        pop     ax
        int     BACK
v86_retf:
        mov     eax, 0x1974
        push    LOW >> 4
        push    (1f - low_code)
        retf
        hlt
1:      int     BACK
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
        mov     ds:[0x800], cs
        smsw    ds:[0x802]
        xor     ax, ax
        int     0x21
        mov     ds:[0x804], ax
        pushf
        pop     ax
        and     ax, 0x0202
        or      ds:[0x814], ax
        xor     cx, cx
real_div:
        div     cx
        xor     ax, ax
real_lldt:
        lldt    ax
        mov     eax, 0x12340000
        add     eax, 0x5678
        mov     ds:[0x80A], eax
        mov     ebx, offset scratch
        mov     eax, es:[ebx]
        mov     ds:[0x80E], eax
        mov     ax, 0x0700
        mov     es, ax
        mov     ax, es:[0x20]
        mov     ds:[0x812], ax
        mov     ax, LOW >> 4
        mov     es, ax
        mov     di, 0x816
        mov     cx, 1
        mov     ax, 0x5A5A
        cld
        rep stosw
        mov     word ptr ds:[0x818], 0
        mov     bx, 0xFFF0
        mov     word ptr ds:[bx + 0x828], 0x4321
        mov     eax, cr0
        or      al, 1
        mov     cr0, eax
        .byte   0x66
        .byte   0xEA
        .long   protected_again
        .word   K_CODE

real_21:
        push    bp
        mov     bp, sp
        pushf
        pop     ax
        and     ax, 0x0200
        mov     ds:[0x814], ax
        mov     ax, 0x2121
        pop     bp
        iret
# The instruction that is interrupted has two bytes, or three.
real_0: push    bp
        mov     bp, sp
        mov     ax, [bp + 2]
        mov     ds:[0x806], ax
        add     word ptr [bp + 2], 2
        pop     bp
        iret
real_6: push    bp
        mov     bp, sp
        mov     ax, [bp + 2]
        mov     ds:[0x808], ax
        add     word ptr [bp + 2], 3
        pop     bp
        iret
low_code_end:
        .code32

        .section .rodata
real_idt:
        .word   0x3FF
        .long   0
        .align  4
bounds: .long   -10, 10

        .data
        .align  4
scratch:
        .long   0x8086, 0, 0
        .balign 4096
page:   .long   0x1974360
        .skip   4092
page2:  .long   0x2222
        .skip   4092

        .bss
        .align  4096
directory:
        .skip   4096
low_table:
        .skip   4096
table:  .skip   4096
saved_esp:
        .skip   4
        .align  16
ports_state:
        .skip   0x68 + 0x12
        .align  16
double_state:
        .skip   0x68
        .align  16
        .skip   256
double_stack:

        .section .note.GNU-stack, "", @progbits
