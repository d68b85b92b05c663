/* Deep recursion: many more calls than there are register windows. */
#include "guest.h"

static u32 calls, deepest;

/* Zero, as the compiler does not know: added after a call it keeps the call from becoming a jump. */
#define NOTHING (calls == 0)

__attribute__((noinline)) static u32 ackermann(u32 m, u32 n, u32 depth) {
  calls++;
  if (depth > deepest) deepest = depth;
  if (m == 0) return n + 1;
  if (n == 0) return ackermann(m - 1, 1, depth + 1) + NOTHING;
  return ackermann(m - 1, ackermann(m, n - 1, depth + 1), depth + 1) + NOTHING;
}

__attribute__((noinline)) static u32 fibonacci(u32 n) {
  calls++;
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

__attribute__((noinline)) static u32 is_even(u32 n);
__attribute__((noinline)) static u32 is_odd(u32 n) {
  calls++;
  return n == 0 ? 0 : is_even(n - 1) + NOTHING;
}
static u32 is_even(u32 n) {
  calls++;
  return n == 0 ? 1 : is_odd(n - 1) + NOTHING;
}

static void report(const char *name, u32 value) {
  put_text(name);
  put_text(" = ");
  put_unsigned(value);
  put_line(", calls", calls);
  calls = 0;
}

int main(void) {
  report("ackermann(2, 40)", ackermann(2, 40, 1));
  put_line("deepest", deepest);
  report("fibonacci(17)", fibonacci(17));
  report("even(201)", is_even(201));
  return 0;
}
