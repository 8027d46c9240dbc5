// Reads a mailbox in one of several ways, as a whole, into the file `served`: mailbox WAY FILE. WAY: read, stdio, mmap or
// pread. Says what is not as it is for a file of its own: sizes, times, another open.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void copy(const char *way, int in, size_t size, int out) {
    static char bytes[1 << 20];
    FILE *lines = !strcmp(way, "stdio") ? fdopen(dup(in), "r") : NULL;
    size_t have = 0;
    if (!strcmp(way, "mmap")) {
        const char *whole = mmap(NULL, size, PROT_READ, MAP_PRIVATE, in, 0);
        if (whole == MAP_FAILED) exit(2);
        memcpy(bytes, whole, have = size);
    } else if (lines) {
        while (fgets(bytes + have, (int)(sizeof bytes - have), lines)) have += strlen(bytes + have);
    } else if (!strcmp(way, "pread")) { // from the end, in the sight of which the file is smaller
        have = size;
        for (off_t at = (off_t)size - 1; at >= 0; at -= 4096)
            if (pread(in, bytes + (at > 4095 ? at - 4095 : 0), at > 4095 ? 4096 : (size_t)at + 1, at > 4095 ? at - 4095 : 0) <= 0) exit(2);
    } else {
        for (ssize_t n; (n = read(in, bytes + have, 5000)) > 0;) have += (size_t)n;
    }
    if (have != size || write(out, bytes, have) != (ssize_t)have) exit(3);
}

int main(int argc, char **argv) {
    struct stat opened, named;
    int in = open(argv[2], O_RDONLY | O_CLOEXEC), served = open("served", O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (argc != 3 || in < 0 || fstat(in, &opened) || stat(argv[2], &named)) return 1;
    copy(argv[1], in, (size_t)opened.st_size, served);
    if (lseek(in, 0, SEEK_END) != opened.st_size || read(in, argv, 1)) puts("another end");
    if (opened.st_ino != named.st_ino || opened.st_dev != named.st_dev || opened.st_mode != named.st_mode) puts("another file");
    if (opened.st_mtim.tv_sec != named.st_mtim.tv_sec || opened.st_size >= named.st_size) puts("another time or size");
    if (fcntl(in, F_GETFL) & O_ACCMODE || !(fcntl(in, F_GETFD) & FD_CLOEXEC)) puts("other flags");
    if (open(argv[2], O_RDWR) >= 0 || errno != EROFS) puts("it can be changed");
    if (open(argv[2], O_WRONLY | O_APPEND) < 0) puts("nothing can be appended");
    if (open("none", O_WRONLY | O_CREAT, 0644) < 0) puts("others cannot be written");
    return 0;
}
