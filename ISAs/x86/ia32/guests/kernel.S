# A kernel that has the processor's tables to itself: descriptors of its own, pages of 4 kilobytes and one of
# 4 megabytes, tasks at level 3 that take turns by a timer, system calls, pages that come when they are missed.
# Tasks that break out are reported and ended.
#
# It reads nothing that shows the real machine to a guest: no table register, no flags, no selector of CS
# or SS. Under a monitor it prints the same as without one.

        .include "guest.inc"

        .equ    KERNEL_CODE, 0x08
        .equ    KERNEL_DATA, 0x10
        .equ    USER_CODE, 0x1B
        .equ    USER_DATA, 0x23
        .equ    TASK_STATE, 0x28

        .equ    PRESENT, 1
        .equ    WRITABLE, 2
        .equ    USER, 4
        .equ    LARGE, 0x80
        .equ    MARKED, 0x60                    # accessed and dirty

        .equ    USER_FLAGS, 0x202               # IF, IOPL 0
        .equ    DATA, 0x400000                  # linear; 4 megabytes, of each task's own
        .equ    DATA_END, 0x800000
        .equ    WINDOW, 0x40000000              # the first 4 megabytes once more

        .equ    TIMER, 0xE0                     # of the board; or else those of a personal computer
        .equ    VECTOR, 0x20
        .equ    PERIOD, 4                       # 1,024 instructions

# A task.
        .equ    T_STACK, 0                      # its ESP in the kernel
        .equ    T_CR3, 4
        .equ    T_STATE, 8
        .equ    T_WAKE, 12
        .equ    T_TOP, 16                       # of its stack in the kernel
        .equ    T_NAME, 20
        .equ    T_SIZE, 24
        .equ    READY, 0
        .equ    ASLEEP, 1
        .equ    ENDED, 2

        .equ    KERNEL_STACK, 1024
        .equ    TASKS, (programs_end - programs) / 4

        .globl  start
start:  mov     esp, offset boot_stack
        lgdt    gdt_register
        jmp     KERNEL_CODE:reload
reload: mov     eax, KERNEL_DATA
        mov     ds, eax
        mov     es, eax
        mov     ss, eax
        xor     eax, eax
        mov     fs, eax
        mov     gs, eax

# --- Interrupts: the processor's own, the timer, the call.

        mov     edi, offset idt
        mov     esi, offset entries
        mov     ecx, 20
1:      mov     eax, [esi]
        mov     edx, 0x8E00                     # for level 0: INT n is refused
        call    set_gate
        add     esi, 4
        loop    1b
        mov     edi, offset idt + 8 * VECTOR
        mov     eax, offset timer_entry
        call    set_gate
        mov     edi, offset idt + 8 * 0x80
        mov     eax, offset call_entry
        mov     edx, 0xEE00
        call    set_gate
        lidt    idt_register

# --- The task state segment has nothing but the stack for level 0, and no map of ports.

        mov     eax, offset tss
        mov     [gdt + TASK_STATE + 2], ax
        shr     eax, 16
        mov     [gdt + TASK_STATE + 4], al
        mov     [gdt + TASK_STATE + 7], ah
        mov     word ptr [tss + 0x66], 0x68
        mov     dword ptr [tss + 8], KERNEL_DATA
        mov     eax, TASK_STATE
        ltr     ax

# --- Pages. The first 4 megabytes are where they are: the kernel's, but for the tasks' programs.

        mov     edi, offset low_table
        mov     eax, PRESENT | WRITABLE
        mov     ecx, 1024
1:      stosd
        add     eax, 0x1000
        loop    1b
        mov     eax, offset user_start
2:      mov     edi, eax
        shr     edi, 12
        mov     edx, eax
        or      edx, PRESENT | USER
        mov     [low_table + edi * 4], edx
        add     eax, 0x1000
        cmp     eax, offset user_end
        jb      2b

        mov     ebx, offset tasks
        xor     esi, esi
3:      call    make_task
        add     ebx, T_SIZE
        inc     esi
        cmp     esi, TASKS
        jb      3b
        mov     eax, [tasks + T_CR3]            # the idle task has no pages of its own
        mov     [idle + T_CR3], eax
        mov     edi, offset idle_stack - 4 * 3
        mov     dword ptr [edi], offset idle_loop
        mov     dword ptr [edi + 4], KERNEL_CODE
        mov     dword ptr [edi + 8], USER_FLAGS
        call    make_frame
        mov     [idle + T_STACK], edi
        mov     dword ptr [idle + T_TOP], offset idle_stack

        mov     cr3, eax
        mov     eax, cr4
        or      eax, 0x10                       # PSE
        mov     cr4, eax
        mov     eax, cr0
        or      eax, 0x80010000                 # PG, WP
        mov     cr0, eax
        jmp     1f
1:
        mov     esi, offset booted
        call    put_text
        mov     eax, [WINDOW + header_copy]     # through the large page
        cmp     eax, [header_copy]
        jne     broken
        mov     dword ptr [WINDOW + scratch], 0x1974
        cmp     dword ptr [scratch], 0x1974
        jne     broken
        mov     eax, [tasks + T_CR3]
        mov     eax, [eax + (WINDOW >> 22) * 4]
        and     eax, MARKED
        cmp     eax, MARKED
        jne     broken
        mov     esi, offset large_page
        call    put_text

# --- The timer, and off.

        mov     dx, TIMER + 8
        mov     eax, VECTOR
        out     dx, eax
        mov     dx, TIMER + 4
        mov     eax, PERIOD
        out     dx, eax
        mov     dx, TIMER
        out     dx, eax
        in      eax, dx
        cmp     eax, PERIOD
        je      2f
        mov     byte ptr [other_timer], 1
        mov     al, 0x11                        # the interrupt controllers: vectors from 20, no line but the first
        out     0x20, al
        mov     al, VECTOR
        out     0x21, al
        mov     al, 4
        out     0x21, al
        mov     al, 1
        out     0x21, al
        mov     al, 0xFE
        out     0x21, al
        mov     al, 0x34                        # a thousand times a second
        out     0x43, al
        mov     al, 0xA9
        out     0x40, al
        mov     al, 0x04
        out     0x40, al
2:      mov     dword ptr [current], offset tasks
        mov     ebx, offset tasks
        jmp     resume

# Gate EDI for the procedure EAX, with the rights EDX.
set_gate:
        mov     [edi], ax
        mov     word ptr [edi + 2], KERNEL_CODE
        mov     [edi + 4], dx
        shr     eax, 16
        mov     [edi + 6], ax
        add     edi, 8
        ret

# A frame of a page that nobody had: EAX.
new_frame:
        mov     eax, [next_frame]
        add     dword ptr [next_frame], 0x1000
        cmp     eax, offset frames_end
        jae     broken
        ret

# Task EBX with the program ESI.
make_task:
        call    new_frame
        mov     [ebx + T_CR3], eax
        mov     ecx, eax
        mov     dword ptr [ecx], offset low_table + PRESENT + WRITABLE + USER
        mov     dword ptr [ecx + (WINDOW >> 22) * 4], PRESENT | WRITABLE | LARGE
        call    new_frame
        or      eax, PRESENT | WRITABLE | USER
        mov     [ecx + (DATA >> 22) * 4], eax
        lea     eax, [esi + 1]
        shl     eax, 10
        .if     KERNEL_STACK != 1024
        .error  "the stacks of the kernel"
        .endif
        add     eax, offset kernel_stacks
        mov     [ebx + T_TOP], eax
        lea     edi, [eax - 4 * 5]
        mov     eax, [programs + esi * 4]
        mov     [edi], eax
        mov     dword ptr [edi + 4], USER_CODE
        mov     dword ptr [edi + 8], USER_FLAGS
        mov     dword ptr [edi + 12], DATA_END
        mov     dword ptr [edi + 16], USER_DATA
        call    make_frame
        mov     [ebx + T_STACK], edi
        lea     eax, [esi + 'a']
        mov     [ebx + T_NAME], eax
        ret

# Below what IRET needs at EDI: number and error code, segments, registers, all zero.
make_frame:
        sub     edi, 4 * 12
        mov     dword ptr [edi], USER_DATA
        mov     dword ptr [edi + 4], USER_DATA
        ret

# --- Into the kernel. On the stack then: ES, DS, EDI to EAX, number, error code, EIP, CS, EFLAGS.

        .equ    F_EDX, 8 + 4 * 5
        .equ    F_ECX, 8 + 4 * 6
        .equ    F_EAX, 8 + 4 * 7
        .equ    F_EBX, 8 + 4 * 4
        .equ    F_NUMBER, 40
        .equ    F_CODE, 44
        .equ    F_CS, 52

        .macro  plain number
entry_\number:
        push    0
        push    \number
        jmp     enter
        .endm
        .macro  with_code number
entry_\number:
        push    \number
        jmp     enter
        .endm

        plain   0
        plain   1
        plain   2
        plain   3
        plain   4
        plain   5
        plain   6
        plain   7
        with_code 8
        plain   9
        with_code 10
        with_code 11
        with_code 12
        with_code 13
        with_code 14
        plain   15
        plain   16
        with_code 17
        plain   18
        plain   19

timer_entry:
        push    0
        push    VECTOR
        jmp     enter

call_entry:
        push    0
        push    0x80

enter:  pushad
        push    ds
        push    es
        mov     eax, KERNEL_DATA
        mov     ds, eax
        mov     es, eax
        cld
        mov     ebx, [current]
        mov     eax, [esp + F_NUMBER]
        cmp     eax, VECTOR
        je      tick
        cmp     eax, 0x80
        je      called
        test    byte ptr [esp + F_CS], 3
        jz      broken
        cmp     eax, 14
        je      missed

# What a task may not do.
refused:
        mov     eax, [ebx + T_NAME]
        call    put_character
        mov     esi, offset ended_by
        call    put_text
        mov     eax, [esp + F_NUMBER]
        call    put_decimal
        mov     esi, offset with_error_code
        call    put_text
        mov     eax, [esp + F_CODE]
        call    put_hexadecimal
        cmp     dword ptr [esp + F_NUMBER], 14
        jne     1f
        mov     esi, offset at_address
        call    put_text
        mov     eax, cr2
        call    put_hexadecimal
1:      call    new_line
        jmp     end_task

# A page of the task's data that it has not got yet: not present, at level 3.
missed: mov     eax, cr2
        mov     edx, [esp + F_CODE]
        and     edx, 5
        cmp     edx, 4
        jne     refused
        cmp     eax, DATA
        jb      refused
        cmp     eax, DATA_END
        jae     refused
        mov     edi, eax
        shr     edi, 12
        and     edi, 0x3FF
        mov     ecx, [ebx + T_CR3]
        mov     ecx, [ecx + (DATA >> 22) * 4]
        and     ecx, 0xFFFFF000
        call    new_frame
        or      eax, PRESENT | WRITABLE | USER
        mov     [ecx + edi * 4], eax
        mov     eax, cr2
        invlpg  [eax]
        inc     dword ptr [missed_pages]
        jmp     leave

tick:   inc     dword ptr [ticks]
        cmp     byte ptr [other_timer], 0
        je      1f
        mov     al, 0x20
        out     0x20, al
1:      mov     [ebx + T_STACK], esp

# The next that is ready, from the one behind EBX on; else the idle task, or the end.
schedule:
        mov     edi, ebx
        xor     edx, edx                        # whether one sleeps
        mov     ecx, TASKS
1:      add     edi, T_SIZE
        cmp     edi, offset tasks_end
        jb      2f
        mov     edi, offset tasks
2:      mov     eax, [edi + T_STATE]
        cmp     eax, ASLEEP
        jne     3f
        mov     edx, 1
        mov     eax, [edi + T_WAKE]
        cmp     eax, [ticks]
        ja      4f
        mov     dword ptr [edi + T_STATE], READY
        jmp     5f
3:      cmp     eax, READY
        je      5f
4:      dec     ecx
        jnz     1b
        test    edx, edx
        jz      all_ended
        mov     edi, offset idle
5:      mov     ebx, edi
        mov     [current], ebx

# Task EBX goes on.
resume: mov     eax, [ebx + T_TOP]
        mov     [tss + 4], eax
        mov     eax, [ebx + T_CR3]
        mov     cr3, eax
        mov     esp, [ebx + T_STACK]
leave:  pop     es
        pop     ds
        popad
        add     esp, 8
        iretd

# --- Calls: EAX 0 ends the task, 1 prints the text at EBX and the number in ECX, 2 sleeps for ECX ticks.

called: mov     eax, [esp + F_EAX]
        cmp     eax, 1
        jb      end_task
        je      1f
        cmp     eax, 2
        jne     refused
        mov     [ebx + T_STACK], esp
        mov     eax, [ticks]
        add     eax, [esp + F_ECX]
        mov     [ebx + T_WAKE], eax
        mov     dword ptr [ebx + T_STATE], ASLEEP
        jmp     schedule
1:      mov     eax, [ebx + T_NAME]
        call    put_character
        call    space
        mov     esi, [esp + F_EBX]
        call    put_text
        call    space
        mov     eax, [esp + F_ECX]
        call    put_decimal
        call    new_line
        jmp     leave

end_task:
        mov     dword ptr [ebx + T_STATE], ENDED
        jmp     schedule

all_ended:
        mov     esi, offset all_done
        call    put_text
        mov     eax, [missed_pages]
        call    put_decimal
        call    new_line
        jmp     finish

idle_loop:
        hlt
        jmp     idle_loop

broken: mov     esi, offset is_broken
        call    put_text
        jmp     finish

header_copy:
        .long   0x360
booted: .asciz  "pages are on\n"
large_page:
        .asciz  "a page of 4 megabytes shows the same\n"
ended_by:
        .asciz  " is ended by "
with_error_code:
        .asciz  ", code "
at_address:
        .asciz  ", at "
all_done:
        .asciz  "all tasks have ended; pages that were missed: "
is_broken:
        .asciz  "the kernel itself is broken\n"

        .align  4
programs:
        .long   primes, fibonacci, array, sleeper, clears_if, divides_by_zero, undefined, writes_kernel
        .long   writes_code, uses_port, calls_timer, loads_data, halts
programs_end:
entries:
        .irp    number, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19
        .long   entry_\number
        .endr

        .align  8
gdt:    .quad   0
        .quad   0x00CF9A000000FFFF
        .quad   0x00CF92000000FFFF
        .quad   0x00CFFA000000FFFF
        .quad   0x00CFF2000000FFFF
        .quad   0x0000890000000067              # its base comes later
gdt_register:
        .word   gdt_register - gdt - 1
        .long   gdt
idt_register:
        .word   8 * 0x81 - 1
        .long   idt

        .align  4
next_frame:
        .long   frames
current:
        .long   0
ticks:  .long   0
missed_pages:
        .long   0
scratch:
        .long   0
other_timer:
        .byte   0

# --- The tasks' programs. They begin with zeros in all registers, and a stack that no page is under yet.

        .section .user, "ax"

        .macro  call_kernel number
        mov     eax, \number
        int     0x80
        .endm

# How many primes there are below 100, 200, … 500.
primes: mov     ebp, 100
1:      xor     edi, edi
        mov     ecx, 2
2:      mov     esi, 2
3:      mov     eax, esi
        mul     esi
        cmp     eax, ecx
        ja      4f
        mov     eax, ecx
        xor     edx, edx
        div     esi
        inc     esi
        test    edx, edx
        jnz     3b
        jmp     5f
4:      inc     edi
5:      inc     ecx
        cmp     ecx, ebp
        jb      2b
        mov     ecx, edi
        mov     ebx, offset primes_text
        call_kernel 1
        add     ebp, 100
        cmp     ebp, 500
        jbe     1b
        call_kernel 0

# The Fibonacci numbers 10, 12, … 18.
fibonacci:
        mov     edi, 10
1:      mov     eax, edi
        call    2f
        mov     ecx, eax
        mov     ebx, offset fibonacci_text
        call_kernel 1
        add     edi, 2
        cmp     edi, 18
        jbe     1b
        call_kernel 0
2:      cmp     eax, 2
        jb      3f
        push    eax
        dec     eax
        call    2b
        pop     edx
        push    eax
        lea     eax, [edx - 2]
        call    2b
        pop     edx
        add     eax, edx
3:      ret

# 0 + 1 + … + 4,095 in four pages, one after the other.
array:  mov     edi, DATA
        xor     eax, eax
1:      stosd
        inc     eax
        cmp     eax, 4096
        jb      1b
        mov     esi, DATA
        mov     edx, 4096
        xor     ecx, ecx
2:      lodsd
        add     ecx, eax
        dec     edx
        jnz     2b
        mov     ebx, offset array_text
        call_kernel 1
        call_kernel 0

# Three times out of the others' way.
sleeper:
        mov     edi, 1
1:      mov     ecx, 40
        call_kernel 2
        mov     ecx, edi
        mov     ebx, offset sleeper_text
        call_kernel 1
        inc     edi
        cmp     edi, 3
        jbe     1b
        call_kernel 0

clears_if:
        cli
        jmp     survived
divides_by_zero:
        mov     eax, 360
        xor     edx, edx
        xor     ecx, ecx
        div     ecx
        jmp     survived
undefined:
        .byte   0x0F, 0x0B
        jmp     survived
writes_kernel:
        mov     [current], eax
        jmp     survived
writes_code:
        mov     [writes_code], eax
        jmp     survived
uses_port:
        mov     edx, SERIAL
        mov     al, 'X'
        out     dx, al
        jmp     survived
calls_timer:
        int     VECTOR
        jmp     survived
loads_data:
        mov     eax, KERNEL_DATA
        mov     ds, eax
        jmp     survived
halts:  hlt
survived:
        mov     ebx, offset survived_text
        xor     ecx, ecx
        call_kernel 1
        call_kernel 0

primes_text:
        .asciz  "primes"
fibonacci_text:
        .asciz  "Fibonacci"
array_text:
        .asciz  "sum"
sleeper_text:
        .asciz  "awake"
survived_text:
        .asciz  "is not stopped"

        .bss
        .align  4096
low_table:
        .skip   4096
frames: .skip   4096 * 48
frames_end:
idt:    .skip   8 * 0x81
        .align  16
tss:    .skip   0x68
        .align  4
tasks:  .skip   T_SIZE * TASKS
tasks_end:
idle:   .skip   T_SIZE
        .align  16
kernel_stacks:
        .skip   KERNEL_STACK * TASKS
        .skip   256
idle_stack:
        .skip   512
boot_stack:

        .section .note.GNU-stack, "", @progbits
