// dup, dup2, dup3, fcntl: the lowest free number is the same in the replay.
#define _GNU_SOURCE
#include <fcntl.h>
#include "case.h"
#include <unistd.h>

int main(void) {
    int a = open("/etc/passwd", O_RDONLY), b = dup(a), c = fcntl(a, F_DUPFD_CLOEXEC, 100);
    SAY(dup2(a, 50));
    SAY(dup3(b, 60, O_CLOEXEC));
    printf("%d %d %d\n", a, b, c);
    close(a);
    int again = open("/etc/group", O_RDONLY);
    printf("%d %d %#x\n", again, fcntl(c, F_GETFD), fcntl(b, F_GETFL) & O_ACCMODE);
    char x, y;
    SAY(read(b, &x, 1)); // one offset for both
    SAY(read(50, &y, 1));
    printf("%c%c\n", x, y);
    return 0;
}
