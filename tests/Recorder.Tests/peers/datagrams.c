// A server of datagrams: datagrams PORT COUNT. Takes them by recvfrom, recvmsg and recvmmsg in turn, answers each to
// where it came from, and notes that and the text in the file `served`. An empty one is one like others.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static ssize_t take(int fd, int way, char *bytes, size_t room, struct sockaddr_in *from) {
    socklen_t size = sizeof *from;
    struct iovec piece = {bytes, room};
    struct mmsghdr one = {.msg_hdr = {.msg_name = from, .msg_namelen = size, .msg_iov = &piece, .msg_iovlen = 1}};
    if (way == 0) return recvfrom(fd, bytes, room, 0, (void *)from, &size);
    if (way == 1) return recvmsg(fd, &one.msg_hdr, 0);
    return recvmmsg(fd, &one, 1, 0, NULL) == 1 ? (ssize_t)one.msg_len : -1;
}

int main(int argc, char **argv) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])), .sin_addr = {htonl(INADDR_LOOPBACK)}}, from;
    int count = argc > 2 ? atoi(argv[2]) : 1, fd = socket(AF_INET, SOCK_DGRAM, 0), served = open("served", O_WRONLY | O_CREAT | O_APPEND, 0644);
    char bytes[200], line[300];
    if (bind(fd, (void *)&at, sizeof at)) return 1;
    for (int i = 0; i < count; i++) {
        ssize_t n = take(fd, i % 3, bytes, sizeof bytes, &from);
        if (n < 0) return 2;
        int size = snprintf(line, sizeof line, "%s:%d %.*s\n", inet_ntoa(from.sin_addr), ntohs(from.sin_port), (int)n, bytes);
        if (write(served, line, (size_t)size) != size) return 3;
        if (sendto(fd, bytes, (size_t)n, 0, (void *)&from, sizeof from) != n) return 4;
    }
    puts("served all");
    return 0;
}
