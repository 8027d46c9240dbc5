// A file mapped privately and shared.
#define _GNU_SOURCE
#include <fcntl.h>
#include "case.h"
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int main(void) {
    char *passwd = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, open("/etc/passwd", O_RDONLY), 0);
    passwd[0] = 'R';
    printf("%.5s\n", passwd);
    char *more = mremap(passwd, 4096, 8192, MREMAP_MAYMOVE);
    printf("%.5s ", more);
    SAY(mprotect(more, 4096, PROT_READ));
    SAY(madvise(more, 4096, MADV_NORMAL));
    SAY(munmap(more, 8192));
    return 0;
}
