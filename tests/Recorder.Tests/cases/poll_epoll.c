// epoll over an eventfd, a timerfd and a pipe.
#include <stdint.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

int main(void) {
    int poll = epoll_create1(EPOLL_CLOEXEC), event = eventfd(0, EFD_NONBLOCK), ends[2];
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK), fds[3] = {event, timer, 0};
    pipe(ends);
    fds[2] = ends[0];
    for (int i = 0; i < 3; i++) {
        struct epoll_event watch = {.events = EPOLLIN, .data.u32 = i};
        epoll_ctl(poll, EPOLL_CTL_ADD, fds[i], &watch);
    }
    struct itimerspec when = {.it_value.tv_nsec = 10000000};
    struct epoll_event got[4];
    uint64_t value = 5, rounds = 0, seen = 0;
    printf("%d\n", epoll_wait(poll, got, 4, 0));
    timerfd_settime(timer, 0, &when, NULL);
    write(event, &value, sizeof value);
    write(ends[1], "xxxxxxxx", 8);
    for (; seen != 7; rounds++) {
        int n = epoll_wait(poll, got, 4, -1);
        printf("~ round %d: %d\n", (int)rounds, n);
        for (int i = 0; i < n; i++) {
            seen |= 1u << got[i].data.u32;
            read(fds[got[i].data.u32], &value, sizeof value);
        }
    }
    return printf("%d\n", (int)seen) < 0;
}
