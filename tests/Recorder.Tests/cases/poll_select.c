// select, pselect, poll, ppoll on a child's pipe: which is ready when comes from the log.
#define _GNU_SOURCE
#include <poll.h>
#include <stdio.h>
#include <sys/select.h>
#include <unistd.h>

int main(void) {
    int ends[2], rounds = 0;
    pipe(ends);
    if (fork() == 0) {
        for (int i = 0; i < 4; i++) {
            usleep(5000);
            dprintf(ends[1], "%d", i);
        }
        _exit(0);
    }
    close(ends[1]);
    char text[16] = "";
    int have = 0;
    for (; have < 4; rounds++) {
        struct timeval short_time = {0, 2000};
        struct timespec short_spec = {0, 2000000};
        fd_set set;
        FD_ZERO(&set);
        FD_SET(ends[0], &set);
        struct pollfd wait = {.fd = ends[0], .events = POLLIN};
        int ready = rounds % 4 == 0   ? select(ends[0] + 1, &set, NULL, NULL, &short_time)
                    : rounds % 4 == 1 ? pselect(ends[0] + 1, &set, NULL, NULL, &short_spec, NULL)
                    : rounds % 4 == 2 ? poll(&wait, 1, 2)
                                      : ppoll(&wait, 1, &short_spec, NULL);
        printf("~ %d ready %d revents %d left %ld\n", rounds, ready, wait.revents, (long)short_time.tv_usec);
        if (ready > 0)
            have += read(ends[0], text + have, 1);
    }
    return printf("%s\n", text) < 0;
}
