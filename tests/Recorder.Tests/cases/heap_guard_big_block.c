// Blocks of many pages are guarded too.
// record: --guard
// replay: --guard
// expect-report: ^overflow kind 1 size 3000000 allocation [0-9]+ first 3000063 extent 64 blocks 1$
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
    for (int i = 0; i < 20; i++) { // its address space is used again
        char *volatile once = malloc(5000000);
        memset(once, 1, 5000000);
        free(once);
    }
    volatile char *block = malloc(3000000);
    block[2999999] = 1;
    block[3000063] = 1;
    printf("%d\n", block[2999999]);
    return 0;
}
