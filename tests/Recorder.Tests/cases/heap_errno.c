// The malloc family fails with the errno it has without us, and leaves errno alone otherwise.
#include "case.h"

#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>

int main(void) {
    volatile size_t huge = SIZE_MAX / 2 + 1, two = 2;
    void *block = NULL;
    errno = 0;
    SAY(malloc(huge) == NULL); SAY(errno); errno = 0;
    SAY(calloc(huge, two) == NULL); SAY(errno); errno = 0;
    SAY(realloc(NULL, huge) == NULL); SAY(errno); errno = 0;
    SAY(reallocarray(NULL, huge, two) == NULL); SAY(errno); errno = 0;
    SAY(memalign(64, huge) == NULL); SAY(errno); errno = 0;
    SAY(posix_memalign(&block, 3, 8)); SAY(errno); errno = 7;
    block = malloc(10);
    block = realloc(block, 100000);
    free(block);
    free(aligned_alloc(64, 128));
    free(valloc(10));
    free(pvalloc(10));
    SAY(errno);
    return 0;
}
