// pthread_tryjoin_np and pthread_timedjoin_np: busy, too late, done.
// flags: -pthread
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <time.h>

static sem_t go;

static void *work(void *argument) {
    while (sem_wait(&go)) {}
    return argument;
}

int main(void) {
    pthread_t thread;
    struct timespec when;
    void *result = NULL;
    sem_init(&go, 0, 0);
    pthread_create(&thread, NULL, work, (void *)8);
    printf("%d ", pthread_tryjoin_np(thread, &result) == EBUSY);
    clock_gettime(CLOCK_REALTIME, &when);
    when.tv_nsec += 5000000;
    when.tv_sec += when.tv_nsec / 1000000000, when.tv_nsec %= 1000000000;
    printf("%d ", pthread_timedjoin_np(thread, &result, &when) == ETIMEDOUT);
    sem_post(&go);
    when.tv_sec += 100;
    printf("%d ", pthread_timedjoin_np(thread, &result, &when));
    return printf("%ld\n", (long)result) < 0;
}
