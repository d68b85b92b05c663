/* What a guest in C has instead of a library. With -DHOST the same text runs as a program of the
 * computer that it is compiled on: its output is what the guest's must be. */
#ifndef GUEST_H
#define GUEST_H

typedef unsigned int u32;
typedef unsigned char u8;

void put_character(char c);
void put_text(const char *text);
void put_unsigned(u32 n);
void put_signed(int n);
void put_hexadecimal(u32 n);
/* The 64 bits of a number, and a line's end. */
void put_bits(const char *name, double x);
void put_line(const char *name, u32 n);

/* A linear congruential generator: the upper half of the state. */
u32 next_random(u32 *state);

#endif
