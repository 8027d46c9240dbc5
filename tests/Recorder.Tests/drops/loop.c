// A server of lines for several connections in one loop, which reads once each time it is told that it can: loop AT WAY
// COUNT. AT: a port or a path; WAY: poll, select, epoll, edge or once, and -blocking. It answers each line with
// `ok LINE`, notes it in the file `served`, and ends behind COUNT connections. At the end it prints how often it was
// woken.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define CONNECTIONS 8
static struct connection {
    int fd;
    size_t have;
    char bytes[1000];
} connections[CONNECTIONS];
static int served, queue, listening, woken, ended;
static const char *way;

static int starts(const char *with) { return !strncmp(way, with, strlen(with)); }

static void watch(int fd, int operation) {
    struct epoll_event e = {.events = EPOLLIN | (starts("edge") && fd != listening ? EPOLLET : starts("once") ? EPOLLONESHOT : 0), .data.u64 = 0x5000000000ul + (unsigned)fd};
    if (epoll_ctl(queue, operation, fd, &e)) exit(5);
}

static void serve(struct connection *of) {
    ssize_t n;
    size_t room;
    do {
        room = sizeof of->bytes - of->have;
        n = read(of->fd, of->bytes + of->have, room);
        if (n < 0 && errno == EAGAIN) break;
        if (n <= 0) {
            close(of->fd);
            of->fd = -1;
            ended++;
            return;
        }
        of->have += (size_t)n;
        for (char *end; (end = memchr(of->bytes, '\n', of->have));) {
            size_t size = (size_t)(end + 1 - of->bytes);
            if (write(served, of->bytes, size) < 0 || send(of->fd, "ok ", 3, MSG_NOSIGNAL) < 0 || send(of->fd, of->bytes, size, MSG_NOSIGNAL) < 0) exit(3);
            memmove(of->bytes, of->bytes + size, of->have -= size);
        }
    } while (starts("edge") && (size_t)n == room); // fewer: there was no more (epoll(7))
    if (starts("once")) watch(of->fd, EPOLL_CTL_MOD);
}

static void accept_one(void) {
    int fd = accept4(listening, NULL, NULL, strstr(way, "blocking") ? 0 : SOCK_NONBLOCK), i = 0;
    while (connections[i].fd >= 0) i++;
    connections[i] = (struct connection){.fd = fd};
    if (starts("e") || starts("once")) watch(fd, EPOLL_CTL_ADD);
    if (starts("once")) watch(listening, EPOLL_CTL_MOD);
}

static void happened(int fd) {
    if (fd == listening) accept_one();
    else for (int i = 0; i < CONNECTIONS; i++)
        if (connections[i].fd == fd) {
            serve(&connections[i]);
            return;
        }
}

static void turn(void) {
    struct epoll_event events[CONNECTIONS];
    struct pollfd polled[CONNECTIONS + 1] = {{.fd = listening, .events = POLLIN}};
    fd_set set;
    int count = 1;
    FD_ZERO(&set);
    FD_SET(listening, &set);
    for (int i = 0; i < CONNECTIONS; i++)
        if (connections[i].fd >= 0) {
            polled[count++] = (struct pollfd){.fd = connections[i].fd, .events = POLLIN};
            FD_SET(connections[i].fd, &set);
        }
    int n = starts("poll") ? poll(polled, (nfds_t)count, 20000) : starts("select") ? select(FD_SETSIZE, &set, NULL, NULL, NULL) : epoll_wait(queue, events, CONNECTIONS, 20000);
    if (n <= 0) exit(6);
    woken++;
    if (starts("poll") || starts("select")) {
        for (int i = 0; i < count; i++)
            if (starts("poll") ? polled[i].revents : FD_ISSET(polled[i].fd, &set)) happened(polled[i].fd);
    } else {
        for (int i = 0; i < n; i++) happened((int)(events[i].data.u64 - 0x5000000000ul));
    }
}

int main(int argc, char **argv) {
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    int one = 1, is_path = argv[1][0] == '/', count = argc > 3 ? atoi(argv[3]) : 1;
    way = argv[2];
    snprintf(un.sun_path, sizeof un.sun_path, "%s", argv[1]);
    listening = socket(is_path ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listening, is_path ? (void *)&un : (void *)&in, is_path ? sizeof un : sizeof in) || listen(listening, 16)) return 1;
    served = open("served", O_WRONLY | O_CREAT | O_APPEND, 0644);
    queue = epoll_create1(0);
    for (int i = 0; i < CONNECTIONS; i++) connections[i].fd = -1;
    watch(listening, EPOLL_CTL_ADD);
    while (ended < count) turn();
    printf("woken %d\n", woken);
    return 0;
}
