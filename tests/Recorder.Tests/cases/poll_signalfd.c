// signalfd and timer_create.
// flags: -lrt
#define _GNU_SOURCE
#include <signal.h>
#include "case.h"
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

int main(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    int fd = signalfd(-1, &set, SFD_CLOEXEC);
    timer_t timer;
    struct sigevent how = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN, .sigev_value.sival_int = 9};
    struct itimerspec when = {.it_value.tv_nsec = 10000000};
    struct signalfd_siginfo info;
    SAY(timer_create(CLOCK_MONOTONIC, &how, &timer));
    SAY(timer_settime(timer, 0, &when, NULL));
    read(fd, &info, sizeof info);
    printf("%d %d ", (int)info.ssi_signo == SIGRTMIN, info.ssi_int);
    kill(getpid(), SIGUSR1);
    read(fd, &info, sizeof info);
    printf("%d %d\n~ %d\n", info.ssi_signo == SIGUSR1, timer_delete(timer), (int)info.ssi_pid);
    return 0;
}
