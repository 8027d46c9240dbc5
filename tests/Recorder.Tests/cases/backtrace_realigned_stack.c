// The failure's call stack goes through frames with a realigned stack and without frame pointers to _start.
// flags: -O2 -fomit-frame-pointer
// expect-exit: 134
// expect-report: ^failure_stack (0x[0-9a-f]+ ?){9,}$
#include <stdlib.h>
#include <string.h>

__attribute__((noinline)) static int deep(volatile char *p) {
    if (p[0] == 'x')
        abort();
    return p[1];
}
__attribute__((noinline)) static int realigned(int n) {
    __attribute__((aligned(64))) volatile char block[256];
    memset((char *)block, n, sizeof block);
    return deep(block) + block[n % 256];
}
__attribute__((noinline)) static int recursive(int n) {
    int result = n ? recursive(n - 1) + 1 : realigned('x');
    __asm__ volatile("" : : : "memory");
    return result;
}

int main(void) { return recursive(2); }
