#include "guest.h"

#ifdef HOST
#include <stdio.h>
void put_character(char c) { putchar(c); }
#else
/* See the machine's board.isa: a serial line behind a port, or an output cell. */
#ifdef __i386__
void put_character(char c) {
  u8 status;
  do {
    __asm__ volatile("inb %1, %0" : "=a"(status) : "Nd"((unsigned short)0x3FD));
  } while ((status & 0x20) == 0);
  __asm__ volatile("outb %0, %1" : : "a"(c), "Nd"((unsigned short)0x3F8));
}
#else
void put_character(char c) { *(volatile char *)0xF010 = c; }
#endif

void *memcpy(void *to, const void *from, __SIZE_TYPE__ count) {
  u8 *t = to;
  const u8 *f = from;
  while (count-- > 0) *t++ = *f++;
  return to;
}

void *memset(void *to, int byte, __SIZE_TYPE__ count) {
  u8 *t = to;
  while (count-- > 0) *t++ = (u8)byte;
  return to;
}
#endif

void put_text(const char *text) {
  while (*text != 0) put_character(*text++);
}

void put_unsigned(u32 n) {
  char digits[10];
  int count = 0;
  do {
    digits[count++] = (char)('0' + n % 10);
    n /= 10;
  } while (n != 0);
  while (count > 0) put_character(digits[--count]);
}

void put_signed(int n) {
  if (n < 0) put_character('-');
  put_unsigned(n < 0 ? 0u - (u32)n : (u32)n);
}

void put_hexadecimal(u32 n) {
  for (int shift = 28; shift >= 0; shift -= 4) put_character("0123456789ABCDEF"[n >> shift & 15]);
}

void put_bits(const char *name, double x) {
  union {
    double number;
    unsigned long long bits;
  } u = {x};
  put_text(name);
  put_character(' ');
  put_hexadecimal((u32)(u.bits >> 32));
  put_hexadecimal((u32)u.bits);
  put_character('\n');
}

void put_line(const char *name, u32 n) {
  put_text(name);
  put_character(' ');
  put_unsigned(n);
  put_character('\n');
}

u32 next_random(u32 *state) {
  *state = *state * 1664525u + 1013904223u;
  return *state >> 16;
}
