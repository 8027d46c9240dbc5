// raise, kill, sigqueue to oneself; masks; handlers nest; alternate stack.
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void on_queue(int signo, siginfo_t *info, void *context) {
    char here;
    (void)context;
    printf("signal %d value %d code %d\n~ stack %p pid %d\n", signo == SIGRTMIN, info->si_value.sival_int, info->si_code, (void *)&here, info->si_pid);
}
static void on_user(int signo) {
    printf("user %d in\n", signo);
    if (signo == SIGUSR1)
        raise(SIGUSR2);
    printf("user %d out\n", signo);
}

int main(void) {
    stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};
    sigaltstack(&stack, NULL);
    struct sigaction queue = {.sa_sigaction = on_queue, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigaction(SIGRTMIN, &queue, NULL);
    signal(SIGUSR1, on_user);
    signal(SIGUSR2, on_user);
    raise(SIGUSR1);
    sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 42});
    sigset_t set, pending;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigprocmask(SIG_BLOCK, &set, NULL);
    kill(getpid(), SIGUSR2);
    sigpending(&pending);
    printf("pending %d\n", sigismember(&pending, SIGUSR2));
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    return puts("end") < 0;
}
