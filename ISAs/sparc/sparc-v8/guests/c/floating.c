/* Floating-point arithmetic in single and double precision; results are printed bit by bit. */
#include "guest.h"

/* Not what the compiler could compute beforehand. */
static volatile double one = 1.0, two = 2.0;

static double square_root(double x) {
  double r = x;
  for (int i = 0; i < 40; i++) r = (r + x / r) / two;
  return r;
}

static double arctangent(double x) {
  double term = x, sum = 0, square = x * x;
  for (int n = 1; n < 60; n += 2) {
    sum += term / n;
    term = -term * square;
  }
  return sum;
}

int main(void) {
  put_bits("root of two", square_root(two));
  put_bits("instruction", __builtin_sqrt(two));
  put_bits("pi", 16 * arctangent(one / 5) - 4 * arctangent(one / 239));
  double harmonic = 0, compensation = 0;
  float singles = 0;
  for (int n = 1; n <= 1000; n++) {
    double y = one / n - compensation, t = harmonic + y;
    compensation = (t - harmonic) - y;
    harmonic = t;
    /* Stored, for those who compute in a wider format. */
    float quotient = 1.0f / (float)n;
    singles += quotient;
  }
  put_bits("harmonic", harmonic);
  put_bits("in single", singles);
  double chaos = one / 3;
  for (int n = 0; n < 500; n++) chaos = 3.75 * chaos * (one - chaos);
  put_bits("logistic", chaos);
  /* Rows of numbers: a matrix by a vector, again and again. */
  double a[8][8], v[8];
  for (int i = 0; i < 8; i++) {
    v[i] = one;
    for (int j = 0; j < 8; j++) a[i][j] = one / (i + j + 1);
  }
  double norm = 0;
  for (int round = 0; round < 20; round++) {
    double w[8];
    norm = 0;
    for (int i = 0; i < 8; i++) {
      w[i] = 0;
      for (int j = 0; j < 8; j++) w[i] += a[i][j] * v[j];
      if (w[i] > norm) norm = w[i];
    }
    for (int i = 0; i < 8; i++) v[i] = w[i] / norm;
  }
  put_bits("Hilbert", norm);
  /* Gradual underflow, and what is no number. */
  double tiny = one;
  int halvings = 0;
  while (tiny > 0) tiny /= two, halvings++;
  put_line("halvings", (u32)halvings);
  double infinite = one / tiny;
  put_bits("infinite", infinite);
  put_text(infinite - infinite == infinite - infinite ? "a number\n" : "no number\n");
  put_signed((int)(harmonic * -1000000));
  put_character('\n');
  return 0;
}
