// Allocates and frees COUNT blocks of mixed small sizes: what a malloc costs, with and without the recorder.
#include <stdlib.h>

int main(int argc, char **argv) {
    long count = argc > 1 ? atol(argv[1]) : 1000000;
    void *volatile kept[16] = {0};
    for (long i = 0; i < count; i++) {
        free(kept[i & 15]);
        kept[i & 15] = malloc(16 + (size_t)(i * 40503 & 255));
    }
}
