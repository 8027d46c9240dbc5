// A server of clients in forked children: accept order and peer addresses come from the log.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include "case.h"
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}, from;
    socklen_t size = sizeof to;
    int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1, total = 0;
    SAY(setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on));
    SAY(bind(server, (struct sockaddr *)&to, sizeof to));
    SAY(listen(server, 5));
    puts("");
    getsockname(server, (struct sockaddr *)&to, &size);
    for (int i = 0; i < 3; i++)
        if (fork() == 0) {
            int fd = socket(AF_INET, SOCK_STREAM, 0);
            connect(fd, (struct sockaddr *)&to, sizeof to);
            dprintf(fd, "request of %d", getpid());
            char byte;
            _exit(read(fd, &byte, 1) != 1);
        }
    for (int i = 0; i < 3; i++) {
        char text[64] = "";
        size = sizeof from;
        int fd = accept4(server, (struct sockaddr *)&from, &size, SOCK_CLOEXEC);
        read(fd, text, sizeof text - 1);
        printf("~ %d: %s, port %d\n", fd, text, ntohs(from.sin_port));
        write(fd, "x", 1);
        close(fd);
    }
    for (int status; wait(&status) > 0;)
        total += status;
    return printf("%d\n", total) < 0;
}
