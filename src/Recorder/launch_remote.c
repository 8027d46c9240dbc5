// Outside of a container: starts the launcher inside, by the server of launch_serve.c, and stands for it.
//
// Where: the caller's child. It gives the server its arguments and its descriptors 0, 1 and 2, passes signals on, and
// ends with the exit code that the launcher would have had. What it started is killed when it ends before.
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int call(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        launch_fail(LAUNCH_SETUP_FAILED, "--at wants a path of less than %zu bytes, not %s", sizeof address.sun_path, path);
    strcpy(address.sun_path, path);
    int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (server < 0 || connect(server, (struct sockaddr *)&address, sizeof address) < 0)
        launch_fail(LAUNCH_SETUP_FAILED, "the container is gone, nobody listens at %s: %s", path, strerror(errno));
    return server;
}

static void send_all(int server, const void *data, size_t size) {
    for (size_t sent = 0; sent < size;) {
        ssize_t n = send(server, (const char *)data + sent, size - sent, MSG_NOSIGNAL);
        if (n <= 0)
            launch_fail(LAUNCH_SETUP_FAILED, "the container ended before the program was started: %s", strerror(errno));
        sent += (size_t)n;
    }
}

// The size of the arguments, with our descriptors on it; then the arguments.
static void send_request(int server, char **arguments) {
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0) // closed by the caller: the program gets one that gives nothing
            open("/dev/null", O_RDWR);
    uint32_t size = 0;
    for (char **at = arguments; *at != NULL; at++)
        size += (uint32_t)strlen(*at) + 1;
    union {
        char bytes[CMSG_SPACE(3 * sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    struct iovec part = {.iov_base = &size, .iov_len = sizeof size};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(3 * sizeof(int));
    memcpy(CMSG_DATA(header), (int[]){0, 1, 2}, 3 * sizeof(int));
    if (sendmsg(server, &message, MSG_NOSIGNAL) != (ssize_t)sizeof size)
        launch_fail(LAUNCH_SETUP_FAILED, "the container does not take the program's descriptors: %s", strerror(errno));
    for (char **at = arguments; *at != NULL; at++)
        send_all(server, *at, strlen(*at) + 1);
}

int launch_remote(const struct launch_options *options) {
    static const int passed_on[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof passed_on / sizeof passed_on[0]; i++)
        sigaddset(&set, passed_on[i]);
    sigprocmask(SIG_BLOCK, &set, NULL);
    launch_connect(options);
    int server = call(options->at);
    send_request(server, options->argv);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(null, 0); // a pipe that the program closes must be closed; stderr is for our own words
    dup2(null, 1);
    int signals = signalfd(-1, &set, SFD_CLOEXEC);
    for (;;) {
        struct pollfd waits[2] = {{.fd = signals, .events = POLLIN}, {.fd = server, .events = POLLIN}};
        if (poll(waits, 2, -1) < 0 && errno != EINTR)
            launch_fail(LAUNCH_SETUP_FAILED, "cannot wait for the program: %s", strerror(errno));
        if (waits[1].revents != 0) {
            int32_t code;
            if (recv(server, &code, sizeof code, MSG_WAITALL) != (ssize_t)sizeof code)
                launch_fail(128 + SIGKILL, "the container ended, and the program with it");
            return code;
        }
        struct signalfd_siginfo info;
        if (waits[0].revents != 0 && read(signals, &info, sizeof info) == sizeof info)
            send_all(server, &(unsigned char){(unsigned char)info.ssi_signo}, 1);
    }
}
