/* In the manner of Dhrystone: records that point at one another, enumerations, texts, arrays of two
 * dimensions, and procedures with few parameters, round after round. */
#include "guest.h"

#define ROUNDS 300

enum kind { FIRST, SECOND, THIRD, FOURTH, FIFTH };

struct record {
  struct record *next;
  enum kind kind;
  int number;
  short small;
  u8 flag;
  char text[31];
};

static struct record one, two;
static int row[50], grid[50][50];
static int global;
static char mark;

static int compare(const char *a, const char *b) {
  while (*a != 0 && *a == *b) a++, b++;
  return (u8)*a - (u8)*b;
}

static void copy(char *to, const char *from) {
  while ((*to++ = *from++) != 0) {}
}

__attribute__((noinline)) static enum kind successor(enum kind kind) {
  switch (kind) {
  case FIRST: return global > 100 ? FIRST : FOURTH;
  case SECOND: return THIRD;
  case THIRD: return FIFTH;
  case FOURTH: return SECOND;
  default: return FIRST;
  }
}

__attribute__((noinline)) static void fill(int *a, int b[50][50], int x, int y) {
  int at = x + 5;
  a[at] = y;
  a[at + 1] = a[at];
  a[at + 30] = at;
  for (int i = at; i <= at + 1; i++) b[at][i] = at;
  b[at][at - 1] += 1;
  b[at + 20 < 50 ? at + 20 : 49][at] = a[at];
  global = 5 + a[at] % 7;
}

__attribute__((noinline)) static void renew(struct record *r) {
  struct record *next = r->next;
  *next = *r;
  r->number = 5 + global;
  next->number = r->number * 3 / 2 - (int)r->small;
  next->next = r->next;
  next->kind = successor(next->kind);
  next->small = (short)(next->small * 5 - global);
  next->flag ^= (u8)(next->number >> 1);
}

int main(void) {
  one.next = &two;
  two.next = &two;
  one.kind = THIRD;
  one.small = 40;
  copy(one.text, "DHRYSTONE PROGRAM, SOME STRING");
  u32 sum = 0;
  int later = 0, number = 3;
  for (int round = 1; round <= ROUNDS; round++) {
    char text[31];
    copy(text, round % 3 == 0 ? "DHRYSTONE PROGRAM, 2'ND STRING" : "DHRYSTONE PROGRAM, 3'RD STRING");
    mark = (char)('A' + round % 26);
    fill(row, grid, round % 8, number + round);
    renew(&one);
    if (compare(text, one.text) > 0) later++;
    if (round % 50 == 0) copy(one.text, text);
    number = (number * (round % 9 + 1) + two.number) / (two.small % 5 + 9);
    one.small = (short)(one.small + round % 5 - (mark == 'Q'));
    one.kind = two.kind;
    sum = sum * 33 + (u32)number + (u32)two.kind * 7 + two.flag;
  }
  put_line("rounds", ROUNDS);
  put_line("later", (u32)later);
  put_text("text ");
  put_text(two.text);
  put_text("\nnumbers ");
  put_signed(number);
  put_character(' ');
  put_signed(one.number);
  put_character(' ');
  put_signed(two.number);
  put_character(' ');
  put_signed(two.small);
  put_character(' ');
  put_signed(grid[8][7]);
  put_character('\n');
  put_line("sum", sum);
  return 0;
}
