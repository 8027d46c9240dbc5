// A cancellation waits: until it is enabled again, and then until a point where it can happen.
// flags: -pthread
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

static sem_t begun, cancelled;
static int passed;

static void *work(void *unused) {
    int old;
    printf("%d ", pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old));
    printf("%d\n", old == PTHREAD_CANCEL_ENABLE);
    sem_post(&begun);
    while (sem_wait(&cancelled)) {} // no point: disabled
    pthread_testcancel();
    passed++;
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &old);
    passed++;
    pthread_testcancel();
    passed++;
    return unused;
}

int main(void) {
    pthread_t thread;
    void *result;
    sem_init(&begun, 0, 0), sem_init(&cancelled, 0, 0);
    pthread_create(&thread, NULL, work, NULL);
    while (sem_wait(&begun)) {}
    pthread_cancel(thread);
    sem_post(&cancelled);
    pthread_join(thread, &result);
    return printf("%d %d\n", passed, result == PTHREAD_CANCELED) < 0;
}
