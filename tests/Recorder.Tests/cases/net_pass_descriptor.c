// A child sends an open file through a Unix socket with sendmsg.
#include <fcntl.h>
#include "case.h"
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int ends[2], fd;
    char byte = 'f', space[CMSG_SPACE(sizeof fd)] = "", text[5] = "";
    struct iovec piece = {&byte, 1};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
    socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    if (fork() == 0) {
        fd = open("/etc/passwd", O_RDONLY);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        *header = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof fd), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
        memcpy(CMSG_DATA(header), &fd, sizeof fd);
        _exit(sendmsg(ends[1], &message, 0) != 1);
    }
    SAY(recvmsg(ends[0], &message, 0));
    memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
    SAY(fd);
    SAY(read(fd, text, 4));
    printf("%s %c\n", text, byte);
    return wait(NULL) < 0;
}
