/* Heapsort and quicksort of the same numbers, compared. */
#include "guest.h"

#define COUNT 500

static int first[COUNT], second[COUNT];

static void sift(int *a, int root, int count) {
  while (2 * root + 1 < count) {
    int child = 2 * root + 1;
    if (child + 1 < count && a[child] < a[child + 1]) child++;
    if (a[root] >= a[child]) return;
    int t = a[root];
    a[root] = a[child];
    a[child] = t;
    root = child;
  }
}

static void heapsort(int *a, int count) {
  for (int i = count / 2 - 1; i >= 0; i--) sift(a, i, count);
  for (int end = count - 1; end > 0; end--) {
    int t = a[0];
    a[0] = a[end];
    a[end] = t;
    sift(a, 0, end);
  }
}

static void quicksort(int *a, int low, int high) {
  if (low >= high) return;
  int pivot = a[(low + high) / 2], i = low, j = high;
  while (i <= j) {
    while (a[i] < pivot) i++;
    while (a[j] > pivot) j--;
    if (i <= j) {
      int t = a[i];
      a[i++] = a[j];
      a[j--] = t;
    }
  }
  quicksort(a, low, j);
  quicksort(a, i, high);
}

int main(void) {
  u32 seed = 1974;
  for (int i = 0; i < COUNT; i++) first[i] = second[i] = (int)next_random(&seed) - 32768;
  heapsort(first, COUNT);
  quicksort(second, 0, COUNT - 1);
  int same = 1, ordered = 1;
  u32 sum = 0;
  for (int i = 0; i < COUNT; i++) {
    if (first[i] != second[i]) same = 0;
    if (i > 0 && first[i - 1] > first[i]) ordered = 0;
    sum = sum * 31 + (u32)first[i];
  }
  put_text("least ");
  put_signed(first[0]);
  put_text(" median ");
  put_signed(first[COUNT / 2]);
  put_text(" greatest ");
  put_signed(first[COUNT - 1]);
  put_character('\n');
  put_text(ordered ? "in order\n" : "NOT in order\n");
  put_text(same ? "both agree\n" : "they DIFFER\n");
  put_line("sum", sum);
  return 0;
}
