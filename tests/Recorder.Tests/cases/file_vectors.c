// readv, writev, preadv, pwritev.
#define _GNU_SOURCE
#include <fcntl.h>
#include "case.h"
#include <sys/uio.h>
#include <unistd.h>

int main(void) {
    char a[8] = "", b[8] = "";
    struct iovec out[2] = {{"one ", 4}, {"two ", 4}}, in[2] = {{a, 4}, {b, 4}};
    int fd = open("made", O_RDWR | O_CREAT | O_TRUNC, 0644);
    SAY(writev(fd, out, 2));
    SAY(pwritev(fd, out, 2, 8));
    SAY(preadv(fd, in, 2, 4));
    printf("[%s][%s] ", a, b);
    lseek(fd, 0, SEEK_SET);
    SAY(readv(fd, in, 2));
    printf("[%s][%s]\n", a, b);
    return 0;
}
