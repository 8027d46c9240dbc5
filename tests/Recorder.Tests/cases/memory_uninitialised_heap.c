// Freed memory that comes back holds the same bytes in the replay.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int main(void) {
    unsigned long total = 0;
    for (int i = 0; i < 50; i++) {
        unsigned char *p = malloc(200);
        snprintf((char *)p, 200, "%ld", (long)clock());
        free(p);
        p = malloc(190);
        for (int j = 0; j < 100; j++)
            total = total * 31 + p[j];
        free(p);
    }
    printf("~ %lx\n", total);
    return 0;
}
