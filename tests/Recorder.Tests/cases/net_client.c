// A client of a server in a forked child: connect, send, receive, shutdown, names.
#include <arpa/inet.h>
#include "case.h"
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}, name;
    socklen_t size = sizeof to;
    int server = socket(AF_INET, SOCK_STREAM, 0), fd = socket(AF_INET, SOCK_STREAM, 0), type = 0;
    bind(server, (struct sockaddr *)&to, sizeof to);
    listen(server, 1);
    getsockname(server, (struct sockaddr *)&to, &size);
    if (fork() == 0) {
        char text[64];
        int peer = accept(server, NULL, NULL), n = read(peer, text, sizeof text);
        dprintf(peer, "%.*s from %d", n, text, getpid());
        _exit(0);
    }
    close(server);
    SAY(connect(fd, (struct sockaddr *)&to, sizeof to));
    SAY(send(fd, "hello", 5, MSG_NOSIGNAL));
    SAY(shutdown(fd, SHUT_WR));
    char text[64] = "";
    SAY(recv(fd, text, 63, MSG_WAITALL) > 10);
    size = sizeof type;
    SAY(getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size));
    SAY(type);
    size = sizeof name;
    SAY(getpeername(fd, (struct sockaddr *)&name, &size));
    printf("%d\n", name.sin_port == to.sin_port);
    printf("~ %s port %d\n", text, ntohs(to.sin_port));
    return wait(NULL) < 0;
}
