// Guard mode measures an overflow by its first access, and how far it goes.
// record: --guard
// replay: --guard
// expect-report: ^overflow kind 1 size 512 allocation [0-9]+ first 512 extent 504 blocks 1$
// expect-report: ^overflows 1$
#include <stdio.h>
#include <stdlib.h>

__attribute__((noinline)) static void fill(long *volatile to, int from, int count) {
    for (int i = from; i < from + count; i++)
        to[i] = 0; // zeros: a canary's change alone would not tell
}

int main(void) {
    long *block = malloc(512), *victim = malloc(512);
    fill(block, 0, 64);
    fill(block, 64, 63);
    printf("%d\n", victim != NULL);
    return 0;
}
