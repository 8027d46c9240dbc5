// SIGCHLD with its siginfo, and an interrupted read that is restarted.
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int seen, status;
static volatile pid_t who;
static void on_child(int signo, siginfo_t *info, void *context) {
    (void)signo, (void)context;
    who = info->si_pid, status = info->si_status, seen++;
}

int main(void) {
    struct sigaction action = {.sa_sigaction = on_child, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigaction(SIGCHLD, &action, NULL);
    int ends[2];
    char text[8] = "";
    pipe(ends);
    pid_t first = fork();
    if (first == 0)
        _exit(5);
    if (fork() == 0) {
        usleep(50000);
        return write(ends[1], "late", 4) != 4;
    }
    printf("%d ", (int)read(ends[0], text, 7));
    printf("%s %d\n", text, seen >= 1);
    while (wait(NULL) > 0) {}
    printf("~ %d %d %d\n", first, who, status);
    return 0;
}
