// A server of lines, which reads in one of several ways: lines PORT WAY CONNECTIONS. It answers each line with `ok LINE`,
// and notes it in the file `served`; what comes without an end is noted as `rest: TEXT`. At the end it prints how often
// it was woken.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static char bytes[200000];
static size_t have;
static int served, queue, woken;
static const char *way;

static void wait_for_input(int fd) {
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    struct epoll_event happened;
    woken++;
    if (!strcmp(way, "poll")) poll(&wait, 1, -1);
    else epoll_wait(queue, &happened, 1, -1);
}

static ssize_t take(int fd) {
    char *to = bytes + have;
    size_t room = sizeof bytes - have;
    static int turn;
    struct iovec pieces[2] = {{to, 3}, {to + 3, room - 3}};
    struct msghdr message = {.msg_iov = pieces, .msg_iovlen = 2};
    if (!strcmp(way, "small")) return read(fd, to, turn++ % 2 ? room : 4);
    if (!strcmp(way, "readv")) return readv(fd, pieces, 2);
    if (!strcmp(way, "recvmsg")) return recvmsg(fd, &message, 0);
    if (!strcmp(way, "peek")) {
        ssize_t n = recv(fd, to, room, MSG_PEEK);
        return n <= 0 ? n : recv(fd, to, (size_t)n, 0);
    }
    if (!strcmp(way, "recv")) return recv(fd, to, room, 0);
    return read(fd, to, room);
}

static void serve(const char *before, const char *line, size_t size, int fd) {
    struct iovec pieces[3] = {{(void *)before, strlen(before)}, {(void *)line, size}, {"\n", *before ? 1 : 0}};
    struct iovec answer[2] = {{"ok ", 3}, {(void *)line, size}};
    if (writev(served, pieces, 3) < 0) exit(3);
    for (size_t i = 0; i < 2 && fd >= 0; i++)
        for (size_t done = 0; done < answer[i].iov_len;) {
            ssize_t n = send(fd, (char *)answer[i].iov_base + done, answer[i].iov_len - done, MSG_NOSIGNAL);
            if (n > 0) done += (size_t)n;
            else if (errno != EAGAIN) exit(4);
        }
}

static void serve_all(int fd) {
    have = 0;
    for (;;) {
        ssize_t n = take(fd);
        if (n < 0 && errno == EAGAIN) {
            wait_for_input(fd);
            continue;
        }
        if (n <= 0) break;
        have += (size_t)n;
        for (char *end; (end = memchr(bytes, '\n', have));) {
            size_t size = (size_t)(end + 1 - bytes);
            serve("", bytes, size, fd);
            memmove(bytes, bytes + size, have -= size);
        }
    }
    if (have) serve("rest: ", bytes, have, -1);
    close(fd);
}

static void *serve_thread(void *fd) {
    serve_all(*(int *)fd);
    return NULL;
}

int main(int argc, char **argv) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int one = 1, listening = socket(AF_INET, SOCK_STREAM, 0), count = argc > 3 ? atoi(argv[3]) : 1;
    way = argv[2];
    setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listening, (void *)&at, sizeof at) || listen(listening, 16)) return 1;
    served = open("served", O_WRONLY | O_CREAT | O_APPEND, 0644);
    queue = epoll_create1(0);
    for (int i = 0; i < count; i++) {
        int fd = accept4(listening, NULL, NULL, strstr(way, "poll") ? SOCK_NONBLOCK : 0);
        struct epoll_event e = {.events = EPOLLIN};
        if (fd < 0 || epoll_ctl(queue, EPOLL_CTL_ADD, fd, &e)) return 2;
        pthread_t thread;
        if (strcmp(way, "thread")) serve_all(fd);
        else if (pthread_create(&thread, NULL, serve_thread, &fd) || pthread_join(thread, NULL)) return 5;
    }
    printf("woken %d\n", woken);
    return 0;
}
