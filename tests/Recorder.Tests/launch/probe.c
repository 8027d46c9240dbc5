// What a launched program sees of its start: the tests of the launcher ask it.
#include <arpa/inet.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int reach(const char *address, int port) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, address, &to.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    return connect(fd, (struct sockaddr *)&to, sizeof to);
}

static int loop_back(void) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof to;
    int server = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
    return bind(server, (struct sockaddr *)&to, size) || listen(server, 1)
           || getsockname(server, (struct sockaddr *)&to, &size) || connect(client, (struct sockaddr *)&to, size);
}

static int reach_unix(const char *path) {
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    strncpy(to.sun_path, path, sizeof to.sun_path - 1);
    return connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&to, sizeof to);
}

static int list_descriptors(void) {
    for (int fd = 0; fd < 256; fd++) {
        char path[32], to[256] = "";
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        if (readlink(path, to, sizeof to - 1) > 0)
            printf("%d %s\n", fd, to);
    }
    return 0;
}

int main(int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "";
    int here;
    if (strcmp(what, "stack") == 0)
        return printf("%p %p\n", (void *)&here, (void *)argv) < 0;
    if (strcmp(what, "fds") == 0)
        return list_descriptors();
    if (strcmp(what, "argv0") == 0)
        return puts(argv[0]) < 0;
    if (strcmp(what, "limit") == 0) {
        struct rlimit limit;
        getrlimit(RLIMIT_STACK, &limit);
        return printf("%lu\n", (unsigned long)limit.rlim_cur) < 0;
    }
    if (strcmp(what, "signal") == 0)
        return raise(atoi(argv[2]));
    if (strcmp(what, "loopback") == 0)
        return loop_back() != 0;
    if (strcmp(what, "reach") == 0)
        return reach(argv[2], atoi(argv[3])) == 0 ? 0 : 1;
    if (strcmp(what, "unix") == 0)
        return reach_unix(argv[2]) == 0 ? 0 : 1;
    if (strcmp(what, "tty") == 0)
        return puts(ttyname(0) ? ttyname(0) : "none") < 0 || tcgetpgrp(0) != getpgrp();
    return 99;
}
