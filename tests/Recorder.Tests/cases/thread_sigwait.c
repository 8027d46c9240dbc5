// One thread waits for the signals of the whole process, which all threads block.
// flags: -pthread
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static sigset_t all;

static void *wait_for_signals(void *unused) {
    int signo = 0;
    siginfo_t info;
    sigwait(&all, &signo);
    printf("%d\n", signo);
    kill(getpid(), SIGUSR2);
    printf("%d ", sigwaitinfo(&all, &info));
    printf("%d\n", info.si_pid == getpid());
    union sigval value;
    value.sival_int = 11;
    sigqueue(getpid(), SIGTERM, value);
    printf("%d ", sigwaitinfo(&all, &info));
    printf("%d\n", info.si_value.sival_int);
    return unused;
}

int main(void) {
    pthread_t thread;
    sigemptyset(&all);
    sigaddset(&all, SIGUSR1);
    sigaddset(&all, SIGUSR2);
    sigaddset(&all, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    pthread_create(&thread, NULL, wait_for_signals, NULL);
    kill(getpid(), SIGUSR1);
    return pthread_join(thread, NULL);
}
