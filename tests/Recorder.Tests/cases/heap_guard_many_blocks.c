// More live blocks than the kernel admits memory maps: the rest gets canaries in the program's own heap.
// record: --guard
// replay: --guard
// expect-report: ^overflow kind 4 size 40 allocation [0-9]+ first 43 extent 4 blocks 1$
// expect-report: ^overflows 1$
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

enum { COUNT = 40000 };
static long *blocks[COUNT];

int main(void) {
    for (int i = 0; i < COUNT; i++) {
        blocks[i] = malloc(40);
        blocks[i][4] = i;
    }
    long *volatile last = blocks[COUNT - 1];
    last[5] ^= 0x1000000; // natively the size of the top chunk: kept large
    int wrong = 0;
    for (int i = 0; i < COUNT; i++)
        wrong += blocks[i][4] != i;
    char text[32];
    setvbuf(stdout, text, _IOFBF, sizeof text);
    printf("%d\n", wrong);
    return 0;
}
