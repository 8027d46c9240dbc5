// Inside a container: starts the launcher again and again for callers outside, who come through a socket.
//
// Where: the container's pid 1, or any process in it. Each caller (launch_remote.c) gets a *keeper*, a child that
// starts the launcher with the caller's arguments and descriptors, passes signals on, and reports how it ended.
// Rules: a caller that goes takes with it all that it started, for the keeper adopts orphans and kills until nobody is
// left; what a program leaves running when it ends by itself goes on, as it would outside. The *owner* is a caller that
// starts nothing: when it goes, the server ends, and the container with it.
#include "launch.h"
#include "launch_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OWNER_PATIENCE_MS = 60000 };

static sigset_t program_mask; // the server's signal mask as it was, the program's again

static int watch_children(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void drain(int signals) {
    struct signalfd_siginfo info;
    while (read(signals, &info, sizeof info) == sizeof info)
        ;
}

// ---------------------------------------------------------------- the caller's message

static bool receive_all(int caller, void *to, size_t size) {
    for (size_t have = 0; have < size;) {
        ssize_t n = recv(caller, (char *)to + have, size - have, 0);
        if (n <= 0)
            return false;
        have += (size_t)n;
    }
    return true;
}

// The size of the arguments, with the three descriptors on it; 0 is the owner's. False: the caller is gone.
static bool receive_head(int caller, uint32_t *size, int descriptors[3]) {
    union {
        char bytes[CMSG_SPACE(3 * sizeof(int))];
        struct cmsghdr align;
    } control;
    struct iovec part = {.iov_base = size, .iov_len = sizeof *size};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    if (recvmsg(caller, &message, MSG_CMSG_CLOEXEC | MSG_WAITALL) != (ssize_t)sizeof *size)
        return false;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header != NULL && header->cmsg_type == SCM_RIGHTS && header->cmsg_len == CMSG_LEN(3 * sizeof(int)))
        memcpy(descriptors, CMSG_DATA(header), 3 * sizeof(int));
    return *size == 0 || descriptors[0] >= 0;
}

// The caller's arguments behind the launcher's own name.
static char **receive_arguments(int caller, uint32_t size) {
    char *text = malloc((size_t)size + 1);
    if (text == NULL || !receive_all(caller, text, size))
        return NULL;
    text[size] = '\0';
    size_t count = 0;
    for (uint32_t i = 0; i < size; i++)
        count += text[i] == '\0';
    char **arguments = calloc(count + 2, sizeof *arguments);
    if (arguments == NULL)
        return NULL;
    arguments[0] = "selfheal-launch";
    for (size_t i = 1, at = 0; i <= count; i++, at += strlen(text + at) + 1)
        arguments[i] = text + at;
    return arguments;
}

// ---------------------------------------------------------------- the keeper

static _Noreturn void become_launcher(char **arguments, const int descriptors[3]) {
    sigprocmask(SIG_SETMASK, &program_mask, NULL);
    int high[3];
    for (int i = 0; i < 3; i++) // none of them may be in the way of another
        high[i] = fcntl(descriptors[i], F_DUPFD_CLOEXEC, 10);
    for (int i = 0; i < 3; i++)
        dup2(high[i], i);
    execv("/proc/self/exe", arguments);
    launch_fail(LAUNCH_SETUP_FAILED, "cannot start the launcher in the container: %s", strerror(errno));
}

// Kills all children. Those of a child that is killed become our own, and are next.
static void kill_children(void) {
    char path[64], list[4096];
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, list, sizeof list - 1);
    close(fd);
    list[n > 0 ? n : 0] = '\0';
    for (char *rest = list, *one; (one = strsep(&rest, " ")) != NULL;)
        if (*one != '\0')
            kill((pid_t)atoi(one), SIGKILL);
}

static _Noreturn void end_all(int signals, pid_t child) {
    kill(child, SIGKILL);
    for (;;) {
        pid_t pid;
        while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
            ;
        if (pid < 0) // nobody is left
            _exit(0);
        kill_children();
        poll(&(struct pollfd){.fd = signals, .events = POLLIN}, 1, 100);
        drain(signals);
    }
}

static _Noreturn void keep(int caller, uint32_t size, int descriptors[3]) {
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    char **arguments = receive_arguments(caller, size);
    if (arguments == NULL)
        _exit(LAUNCH_SETUP_FAILED);
    int signals = watch_children();
    pid_t child = fork();
    if (child == 0)
        become_launcher(arguments, descriptors);
    for (int i = 0; i < 3; i++)
        close(descriptors[i]); // or a pipe that the program closes would stay open
    for (;;) {
        int status;
        for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) != 0 && (child < 0 || pid > 0);)
            if (pid == child) { // also where it could not be forked
                int32_t code = child < 0 ? LAUNCH_SETUP_FAILED : WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
                send(caller, &code, sizeof code, MSG_NOSIGNAL);
                _exit(0);
            }
        struct pollfd waits[2] = {{.fd = signals, .events = POLLIN}, {.fd = caller, .events = POLLIN}};
        poll(waits, 2, -1);
        drain(signals);
        if (waits[1].revents != 0) {
            unsigned char signal;
            if (recv(caller, &signal, 1, 0) <= 0)
                end_all(signals, child);
            kill(child, signal);
        }
    }
}

// ---------------------------------------------------------------- the server

static int listen_at(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        launch_fail(LAUNCH_SETUP_FAILED, "--serve wants a path of less than %zu bytes, not %s", sizeof address.sun_path, path);
    strcpy(address.sun_path, path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 64) < 0)
        launch_fail(LAUNCH_SETUP_FAILED, "cannot listen at %s: %s", path, strerror(errno));
    chmod(path, 0666); // whoever may come to it is told by its directory
    return listener;
}

// Returns the caller if it is the owner, else -1: a keeper has it.
static int accept_caller(int listener) {
    int caller = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    uint32_t size = 0;
    int descriptors[3] = {-1, -1, -1};
    if (caller >= 0 && receive_head(caller, &size, descriptors)) {
        if (size == 0)
            return caller;
        if (fork() == 0)
            keep(caller, size, descriptors);
    }
    for (int i = 0; i < 3; i++)
        if (descriptors[i] >= 0)
            close(descriptors[i]);
    if (caller >= 0)
        close(caller);
    return -1;
}

int launch_serve(const char *path) {
    int listener = listen_at(path), owner = -1;
    sigprocmask(SIG_SETMASK, NULL, &program_mask);
    int signals = watch_children();
    if (write(1, "ready\n", 6) != 6)
        launch_fail(LAUNCH_SETUP_FAILED, "nobody waits for the launcher at %s", path);
    for (;;) {
        while (waitpid(-1, NULL, WNOHANG) > 0)
            ;
        struct pollfd waits[3] = {{.fd = listener, .events = POLLIN}, {.fd = signals, .events = POLLIN}, {.fd = owner, .events = POLLIN}};
        int ready = poll(waits, 3, owner < 0 ? OWNER_PATIENCE_MS : -1);
        if ((ready == 0 && owner < 0) || waits[2].revents != 0)
            return 0;
        drain(signals);
        if (waits[0].revents != 0) {
            int caller = accept_caller(listener);
            if (caller >= 0)
                owner = caller;
        }
    }
}
