// Relative names after chdir and fchdir mean the same files in each replay: one is mapped.
#include "case.h"
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int map_first(const char *name) {
    int fd = open(name, O_RDONLY);
    char *text = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
    return text == MAP_FAILED ? -1 : memcmp(text, "\177ELF", 4) == 0;
}

int main(void) {
    int here = open(".", O_RDONLY | O_DIRECTORY);
    SAY(chdir("/usr/bin"));
    SAY(map_first("env"));
    SAY(fchdir(here));
    SAY(map_first("env"));
    SAY(chdir("/usr"));
    return 1 - map_first("bin/env");
}
