// alarm and pause, sigsuspend, sigtimedwait.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include "case.h"
#include <unistd.h>

static volatile int count;
static void on_signal(int signo) { count += signo; }

int main(void) {
    sigset_t block, none;
    siginfo_t info = {0};
    struct timespec soon = {.tv_nsec = 20000000};
    signal(SIGALRM, on_signal);
    ualarm(20000, 0);
    SAY(pause());
    printf("%d %d\n", errno == EINTR, count);
    sigemptyset(&none);
    sigemptyset(&block);
    sigaddset(&block, SIGALRM);
    sigprocmask(SIG_BLOCK, &block, NULL);
    ualarm(20000, 0);
    SAY(sigsuspend(&none));
    SAY(count);
    SAY(sigtimedwait(&block, &info, &soon));
    SAY(errno == EAGAIN);
    ualarm(1000, 0);
    SAY(sigwaitinfo(&block, &info));
    printf("%d %d\n", info.si_signo, count);
    return 0;
}
