# Asks, in 15 ways that do not trap, whose processor this is. Alone on the machine it sees its own tables,
# its own level and the flags that it has set; under a monitor that runs it at level 3 it sees the monitor's:
# this guest is expected to print something else there.

        .include "guest.inc"

        .equ    CODE, 0x08
        .equ    DATA, 0x10
        .equ    LOCAL, 0x18
        .equ    STATE, 0x20

        .macro  say name
        mov     esi, offset 9f
        call    put_text
        .section .rodata
9:      .asciz  "\name "
        .text
        .endm

        .macro  value
        call    put_hexadecimal
        call    new_line
        .endm

# ZF alone, as 1 or 0.
        .macro  zero_flag
        setz    al
        movzx   eax, al
        .endm

        .globl  start
start:  mov     esp, offset stack_top
        lgdt    gdt_register
        jmp     CODE:reload
reload: mov     eax, DATA
        mov     ds, eax
        mov     es, eax
        mov     ss, eax
        lidt    idt_register
        mov     eax, offset tss
        mov     [gdt + STATE + 2], ax
        shr     eax, 16
        mov     [gdt + STATE + 4], al
        mov     eax, LOCAL
        lldt    ax
        mov     eax, STATE
        ltr     ax

        say     sgdt
        sgdt    seen
        call    put_table
        say     sidt
        sidt    seen
        call    put_table
        say     sldt
        xor     eax, eax
        sldt    ax
        value
        say     str
        xor     eax, eax
        str     ax
        value
        say     smsw
        xor     eax, eax
        smsw    ax
        value

        say     "mov cs"
        mov     eax, cs
        movzx   eax, ax
        value
        say     "mov ss"
        mov     eax, ss
        movzx   eax, ax
        value
        say     "push cs"
        push    cs
        pop     eax
        movzx   eax, ax
        value
        say     "push ss"
        push    ss
        pop     eax
        movzx   eax, ax
        value

# Interrupts are off. A level of 1 for I/O, and the flag that POPF sets and clears.
        say     "popf, pushf"
        push    0x1202
        popfd
        pushfd
        push    0x1002
        popfd
        pushfd
        pop     ebx
        pop     eax
        call    put_hexadecimal
        call    space
        mov     eax, ebx
        value

# Rights and limits of its own data segment, and of one that only it has.
        say     lar
        mov     ecx, DATA
        xor     eax, eax
        lar     eax, ecx
        and     eax, 0x00F0FF00                 # four bits are undefined
        value
        say     lsl
        mov     ecx, LOCAL
        xor     eax, eax
        lsl     eax, ecx
        value
        say     verr
        mov     ecx, DATA
        verr    cx
        zero_flag
        value
        say     verw
        mov     ecx, DATA
        verw    cx
        zero_flag
        value
        jmp     finish

# What SGDT or SIDT has stored: base and limit.
put_table:
        mov     eax, [seen + 2]
        call    put_hexadecimal
        call    space
        movzx   eax, word ptr [seen]
        value
        ret

        .section .rodata
gdt_register:
        .word   gdt_end - gdt - 1
        .long   gdt
idt_register:
        .word   0xFF
        .long   0x00001974

        .data
        .align  8
gdt:    .quad   0
        .quad   0x00CF9B000000FFFF
        .quad   0x00CF93000000FFFF
        .quad   0x00008210000001F7              # a local table, which nothing is taken from
        .quad   0x0000890000000067              # its base comes later
gdt_end:

        .bss
        .align  16
seen:   .skip   8
tss:    .skip   0x68
        .skip   256
stack_top:

        .section .note.GNU-stack, "", @progbits
