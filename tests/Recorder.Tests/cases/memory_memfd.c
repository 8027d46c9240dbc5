// memfd: written, mapped shared, read back.
#define _GNU_SOURCE
#include "case.h"
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int main(void) {
    int fd = memfd_create("case", MFD_CLOEXEC);
    SAY(fd >= 0);
    SAY(ftruncate(fd, 4096));
    char *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), text[16] = "";
    strcpy(shared, "through memory");
    SAY(pread(fd, text, 15, 0));
    puts(text);
    return 0;
}
