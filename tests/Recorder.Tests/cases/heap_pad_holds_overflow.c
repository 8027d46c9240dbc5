// With the pad in force, guard mode takes what fits it for allowed, and counts beyond the size asked for.
// pad: make>malloc 128
// record: --guard
// replay: --guard
// expect-report: ^overflow kind 1 size 64 allocation [0-9]+ first 192 extent 136 blocks 1$
// expect-report: ^overflows 1$
#include <stdio.h>
#include <stdlib.h>

__attribute__((noinline)) static volatile long *make(void) {
    volatile long *block = malloc(64);
    __asm__ volatile("");
    return block;
}

int main(void) {
    volatile long *block = make(), *victim = malloc(1000);
    for (int i = 0; i < 25; i++)
        block[i] = 1;
    printf("%d\n", victim != NULL);
    return 0;
}
