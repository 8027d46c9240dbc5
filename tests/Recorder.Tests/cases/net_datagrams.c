// UDP to a child that answers: sendto, recvfrom, sendmmsg, recvmmsg.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include "case.h"
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}, from;
    socklen_t size = sizeof to;
    int server = socket(AF_INET, SOCK_DGRAM, 0), fd = socket(AF_INET, SOCK_DGRAM, 0);
    bind(server, (struct sockaddr *)&to, sizeof to);
    getsockname(server, (struct sockaddr *)&to, &size);
    if (fork() == 0) {
        char text[64];
        for (int i = 0; i < 3; i++) {
            size = sizeof from;
            int n = recvfrom(server, text, sizeof text, 0, (struct sockaddr *)&from, &size);
            sendto(server, text, n, 0, (struct sockaddr *)&from, size);
        }
        _exit(0);
    }
    char a[8] = "", b[8] = "", c[8] = "";
    struct iovec out[2] = {{"two", 3}, {"three", 5}}, in[2] = {{b, 7}, {c, 7}};
    struct mmsghdr sent[2] = {{{&to, sizeof to, &out[0], 1}}, {{&to, sizeof to, &out[1], 1}}}, got[2] = {{{.msg_iov = &in[0], .msg_iovlen = 1}}, {{.msg_iov = &in[1], .msg_iovlen = 1}}};
    SAY(sendto(fd, "one", 3, 0, (struct sockaddr *)&to, sizeof to));
    size = sizeof from;
    SAY(recvfrom(fd, a, 7, 0, (struct sockaddr *)&from, &size));
    SAY(sendmmsg(fd, sent, 2, 0));
    SAY(recvmmsg(fd, got, 2, MSG_WAITALL, NULL));
    printf("%d %s %s %s\n", from.sin_port == to.sin_port, a, b, c);
    return wait(NULL) < 0;
}
