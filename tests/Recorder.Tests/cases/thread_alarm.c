// An interval timer in a program with two busy threads: its signal comes to whichever.
// flags: -pthread
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>

static atomic_int count;
static void on_alarm(int signo) { count += signo == SIGALRM; }

static void *work(void *unused) {
    long loops = 0;
    (void)unused;
    for (; count < 4; loops++) {
        void *volatile block = malloc(64); // volatile: the compiler must not take the pair away
        free(block);
    }
    return (void *)loops;
}

int main(void) {
    struct itimerval timer = {{0, 3000}, {0, 3000}}, off = {0};
    pthread_t threads[2];
    void *loops;
    signal(SIGALRM, on_alarm);
    setitimer(ITIMER_REAL, &timer, NULL);
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], &loops);
        printf("~ %ld\n", (long)loops);
    }
    setitimer(ITIMER_REAL, &off, NULL);
    return printf("%d\n", count >= 4) < 0;
}
