// Threads that wait in epoll, poll and select are woken by another one: by an eventfd and by pipes.
// flags: -pthread
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

static int event, first[2], second[2];

static void *by_epoll(void *unused) {
    struct epoll_event watch = {.events = EPOLLIN, .data.u32 = 9}, got = {0};
    int fd = epoll_create1(0), added = epoll_ctl(fd, EPOLL_CTL_ADD, event, &watch);
    return (char *)unused + added + 10 * epoll_wait(fd, &got, 1, -1);
}
static void *by_poll(void *unused) {
    struct pollfd wait = {first[0], POLLIN, 0};
    return (char *)unused + 10 * poll(&wait, 1, -1) + (wait.revents == POLLIN);
}
static void *by_select(void *unused) {
    fd_set set = {{0}};
    FD_SET(second[0], &set);
    return (char *)unused + select(second[0] + 1, &set, NULL, NULL, NULL) + 10 * FD_ISSET(second[0], &set);
}

int main(void) {
    void *(*const bodies[])(void *) = {by_epoll, by_poll, by_select}, *result;
    uint64_t one = 1;
    pthread_t threads[3];
    if ((event = eventfd(0, 0)) < 0 || pipe(first) || pipe(second))
        return 1;
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, bodies[i], NULL);
    printf("%d\n", (int)(write(event, &one, 8) + write(first[1], "x", 1) + write(second[1], "x", 1)));
    for (int i = 0; i < 3 && pthread_join(threads[i], &result) == 0; i++)
        printf("%ld\n", (long)result);
}
