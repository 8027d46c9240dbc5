// A server whose children do the work: children PORT COUNT. Each of COUNT connections gets one, by turns a fork that
// sends the lines back and an executed `sh` that does the same; at the end of its input it says so in the file `served`.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
static int served;

static void serve(int fd) {
    static char bytes[100000];
    for (ssize_t n; (n = read(fd, bytes, 1000)) > 0;)
        if (write(fd, bytes, (size_t)n) != n) exit(3);
    send(fd, bytes, sizeof bytes, MSG_NOSIGNAL); // a long good-bye
    if (write(served, "the end\n", 8) != 8) exit(4);
    exit(0);
}

static void spawn(int fd) {
    char *command[] = {"sh", "-c", "cat; echo 'a long good-bye'; echo the end >> served", NULL};
    posix_spawn_file_actions_t actions;
    pid_t child;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fd, 0);
    posix_spawn_file_actions_adddup2(&actions, fd, 1);
    if (posix_spawn(&child, "/bin/sh", &actions, NULL, command, environ)) exit(5);
}

int main(int argc, char **argv) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int one = 1, count = argc > 2 ? atoi(argv[2]) : 1, listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listening, (void *)&at, sizeof at) || listen(listening, 16)) return 1;
    served = open("served", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    for (int i = 0; i < count; i++) {
        int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
        if (i % 2) spawn(fd);
        else if (!fork()) serve(fd);
        close(fd);
    }
    while (wait(NULL) > 0) {}
    return 0;
}
