// A thread that computes for ever is cancelled asynchronously.
// flags: -pthread
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

static sem_t begun;
static volatile unsigned long value;

static void *work(void *unused) {
    int old;
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &old);
    sem_post(&begun);
    for (;;)
        value++;
    return unused;
}

int main(void) {
    pthread_t thread;
    void *result;
    sem_init(&begun, 0, 0);
    pthread_create(&thread, NULL, work, NULL);
    while (sem_wait(&begun)) {}
    printf("%d ", pthread_cancel(thread));
    pthread_join(thread, &result);
    return printf("%d\n", result == PTHREAD_CANCELED) < 0;
}
