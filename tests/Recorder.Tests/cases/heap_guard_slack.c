// Bytes between a block's end and its alignment are watched too: found when the block is freed or at the end.
// record: --guard
// replay: --guard
// expect-report: ^overflow kind 4 size 101 allocation [0-9]+ first 101 extent 3 blocks 2$
#include <stdio.h>
#include <stdlib.h>

__attribute__((noinline)) static volatile char *overflowing(void) {
    volatile char *block = malloc(101);
    for (int i = 0; i < 104; i++)
        block[i] = 'x';
    return block;
}

int main(void) {
    volatile char *blocks[2];
    for (volatile int i = 0; i < 2; i++)
        blocks[i] = overflowing();
    free((void *)blocks[0]);
    printf("%c\n", blocks[1][100]);
    return 0;
}
