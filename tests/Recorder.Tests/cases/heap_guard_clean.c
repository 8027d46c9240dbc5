// A program that keeps to its blocks gets correct memory from guard mode, and no finding.
// record: --guard
// replay: --guard
// expect-report: ^overflows 0$
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned seed = 1;
static unsigned draw(unsigned below) { return (seed = seed * 1103515245 + 12345) / 65536 % below; }

int main(void) {
    static unsigned char *blocks[500];
    static size_t sizes[500];
    int wrong = 0;
    for (int i = 0; i < 60000; i++) {
        unsigned at = draw(500);
        size_t size = draw(50) ? draw(700) : draw(2000000), old = sizes[at] < size ? sizes[at] : size;
        if (draw(3) == 0 && size > 0) {
            blocks[at] = realloc(blocks[at], size);
            if (old > 0)
                wrong += blocks[at][0] != (unsigned char)at || blocks[at][old - 1] != (unsigned char)at;
        } else if (draw(2) == 0) {
            free(blocks[at]);
            blocks[at] = calloc(1, size);
            for (size_t k = 0; k < size; k += 97)
                wrong += blocks[at][k] != 0;
        } else {
            free(blocks[at]);
            size_t alignment = 8ul << draw(10);
            if (posix_memalign((void **)&blocks[at], alignment, size))
                return 1;
            wrong += (uintptr_t)blocks[at] % alignment != 0;
        }
        sizes[at] = size;
        wrong += malloc_usable_size(blocks[at]) < size;
        memset(blocks[at], (int)at, size);
    }
    printf("%d\n", wrong);
    return 0;
}
