// Guard mode sees a read beyond the end, also one that jumps; what it reads there is zero.
// record: --guard
// replay: --guard
// expect-report: ^overflow kind 2 size 48 allocation [0-9]+ first 5000 extent 4953 blocks 1$
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    volatile char *block = calloc(6, 8), *behind = calloc(1, 20000);
    printf("%d %d\n", block[5000], behind[0]);
    return 0;
}
