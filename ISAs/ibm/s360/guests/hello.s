; Greets over the operator's typewriter: starts the channel program, waits for the interruption at
; its end, and waits for ever.
;
; limit: 2000000
; storage: 0x8000

        .dword start                    ; the PSW that initial program loading leaves

        .org  0x48                      ; channel address word
        .word greet
        .org  0x68                      ; program new PSW
        .dword 0x0002000000000BAD
        .org  0x78                      ; input/output new PSW
        .dword ended

        .equ  TYPEWRITER,0x009
        .equ  NOT_STARTED,7             ; condition codes 1 to 3
        .equ  NOT_EQUAL,7

        .org  0x200
start:  SIO   TYPEWRITER
        BC    NOT_STARTED,failed
        LPSW  enabled                   ; wait, channel 0 enabled
ended:  CLC   0x44(2),well              ; unit and channel status
        BC    NOT_EQUAL,failed
        LPSW  done
failed: LPSW  broken

        .align 8
enabled:.dword 0x8002000000000000
done:   .dword 0x0002000000000000       ; nothing enabled: the end
broken: .dword 0x0002000000000BAD
greet:  .word 0x09000000+text,length    ; write and return the carrier
well:   .half 0x0C00                    ; channel end, device end, and nothing else
text:   .ebcdic "HELLO FROM SYSTEM/360"
        .equ  length,.-text
