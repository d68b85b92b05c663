# A boot sector, for emulators that cannot load an image themselves: SECTORS sectors behind it go to
# one megabyte, and begin at ENTRY.

        .intel_syntax noprefix
        .code16
        .equ    BUFFER, 0x10000
        .equ    PORT_A, 0x92
        .equ    LINE_CONTROL, 0x3FB

        .globl  _start
_start: cli
        xor     ax, ax
        mov     ds, ax
        mov     ss, ax
        mov     sp, 0x7C00
        mov     bx, SECTORS
1:      mov     ah, 0x42                        # one more sector
        mov     dl, 0x80
        mov     si, offset packet
        int     0x13
        jc      stop
        add     word ptr [segment], 32
        inc     dword ptr [block]
        dec     bx
        jnz     1b
        cli
        mov     dx, LINE_CONTROL                # characters of eight bits
        mov     al, 3
        out     dx, al
        in      al, PORT_A                      # address line 20
        or      al, 2
        out     PORT_A, al
        lgdt    gdt_register
        mov     eax, cr0
        or      al, 1
        mov     cr0, eax
        jmp     8, offset protected

packet: .word   16, 1, 0
segment:
        .word   BUFFER >> 4
block:  .long   1, 0

        .code32
protected:
        mov     eax, 16
        mov     ds, eax
        mov     es, eax
        mov     ss, eax
        mov     fs, eax
        mov     gs, eax
        mov     esi, BUFFER
        mov     edi, 0x100000
        mov     ecx, SECTORS * 128
        cld
        rep movsd
        mov     eax, ENTRY
        jmp     eax
stop:   hlt
        jmp     stop

        .align  8
gdt:    .quad   0, 0x00CF9B000000FFFF, 0x00CF93000000FFFF
gdt_register:
        .word   23
        .long   gdt

        .org    510
        .word   0xAA55
