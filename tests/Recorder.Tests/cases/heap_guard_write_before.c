// A write before a block's start is found when the block is checked.
// flags: -w
// record: --guard
// replay: --guard
// expect-report: ^overflow kind 3 size 64 allocation [0-9]+ first -3 extent 3 blocks 1$
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    printf("start\n");
    volatile char *block = malloc(64);
    char old = block[-3]; // zero natively, never zero in guard mode
    block[-3] = (char)(old ? 1 : 0);
    printf("%d\n", block != NULL);
    return 0;
}
