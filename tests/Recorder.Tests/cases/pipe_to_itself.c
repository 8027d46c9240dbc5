// A pipe that the program writes and reads itself, and its readiness.
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include "case.h"
#include <sys/ioctl.h>
#include <unistd.h>

int main(void) {
    int ends[2], waiting = 0;
    char text[16] = "";
    pipe2(ends, O_NONBLOCK);
    struct pollfd wait = {.fd = ends[0], .events = POLLIN};
    SAY(read(ends[0], text, 15));
    SAY(poll(&wait, 1, 0));
    SAY(write(ends[1], "hello", 5));
    SAY(poll(&wait, 1, -1));
    SAY(ioctl(ends[0], FIONREAD, &waiting));
    SAY(waiting);
    SAY(read(ends[0], text, 15));
    puts(text);
    close(ends[1]);
    SAY(poll(&wait, 1, -1));
    SAY(read(ends[0], text, 15));
    return 0;
}
