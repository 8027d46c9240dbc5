// A write into a freed block is found at the latest at the end of the run.
// flags: -w
// record: --guard
// replay: --guard
// expect-report: ^overflow kind 5 size 200 allocation [0-9]+ first 40 extent 48 blocks 1$
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    printf("start\n");
    volatile long *block = malloc(200);
    free((void *)block);
    block[5] = 7;
    printf("end\n");
    return 0;
}
