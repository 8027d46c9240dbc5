// close_range and closefrom do not take the recorder's descriptors away.
#define _GNU_SOURCE
#include <fcntl.h>
#include "case.h"
#include <unistd.h>

int main(void) {
    int a = open("/etc/passwd", O_RDONLY), b = dup(a);
    SAY(close_range(3, ~0u, 0));
    SAY(fcntl(b, F_GETFD));
    for (int fd = 3; fd < 1024; fd++)
        close(fd);
    printf("%d\n", open("/etc/group", O_RDONLY));
    closefrom(3);
    printf("%d\n", open("/etc/group", O_RDONLY));
    printf("~ pid %d\n", getpid());
    return 0;
}
