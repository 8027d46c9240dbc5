// A server that never blocks but in epoll_wait: echo_epoll PORT COUNT [renumber]. Each line comes back; what has come
// is in the file `served`. It ends when COUNT connections have been closed. `renumber`: connections get other numbers.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static int served;
static int serve(int fd) { // the connections that it closes
    char bytes[64];
    for (;;) {
        ssize_t n = read(fd, bytes, sizeof bytes);
        if (n > 0 && (write(served, bytes, (size_t)n) != n || send(fd, bytes, (size_t)n, MSG_NOSIGNAL) != n)) exit(3);
        if (n == 0) return close(fd) == 0;
        if (n < 0) return 0;
    }
}

static int renumber(int fd) {
    static int turn;
    int other = turn % 3 == 0 ? dup(fd) : turn % 3 == 1 ? dup2(fd, 100 + turn) : fcntl(fd, F_DUPFD_CLOEXEC, 300);
    turn++;
    close(fd);
    return other;
}

int main(int argc, char **argv) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int left = argc > 2 ? atoi(argv[2]) : 1, one = 1, listening = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), queue = epoll_create1(0);
    setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listening, (void *)&at, sizeof at) || listen(listening, 128)) return 1;
    served = open("served", O_WRONLY | O_CREAT | O_APPEND, 0644);
    struct epoll_event e = {.events = EPOLLIN, .data.fd = listening}, happened[16];
    epoll_ctl(queue, EPOLL_CTL_ADD, listening, &e);
    while (left > 0) {
        int n = epoll_wait(queue, happened, 16, -1);
        for (int i = 0; i < n; i++) {
            int fd = happened[i].data.fd;
            if (fd != listening) left -= serve(fd);
            else while ((fd = accept4(listening, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                if (argc > 3) fd = renumber(fd);
                e.data.fd = fd;
                epoll_ctl(queue, EPOLL_CTL_ADD, fd, &e);
            }
        }
    }
    puts("served all");
    return 0;
}
