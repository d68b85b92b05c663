; Greets from real-address mode: by a handler of its own, from another segment, and of a division by zero.
;
; limit: 4000

        .org 0x7C00
start:  mov sp,0x7000
        mov bx,0                ; the vector of division errors, and the program's own
        mov word ptr [bx],division
        mov word ptr [bx+2],0
        mov bx,0x84
        mov word ptr [bx],print
        mov word ptr [bx+2],0
        mov ax,0x200
        mov es,ax
        mov si,text             ; the text, into another segment
        mov di,0
        mov cx,5
        cld
        repe
        movsb
        mov ds,ax               ; from now on here
        mov bx,0
next:   mov al,byte ptr [bx]
        inc bx
        test al,al
        je greeted
        int 0x21
        jmp next
greeted:
        mov cx,100              ; 5050 in all
        mov ax,0
sum:    add ax,cx
        dec cx
        jne sum
        mov bx,0x600
        mov word ptr [bx],ax
        mov cl,0
        div cl
        mov al,0x0A
        int 0x21
        sti
        cli
        hlt

print:  push dx
        mov dx,0x3F8
        out dx,al
        pop dx
        iret

; Puts a mark, and goes on with one for a divisor.
division:
        push ax
        mov al,0x21
        int 0x21
        pop ax
        mov cl,1
        mov ax,0
        iret

text:   .unit 0x52, 0x45, 0x41, 0x4C, 0
