// A second thread follows a bad pointer while the others wait.
// flags: -pthread
// expect-exit: 139
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

static sem_t never;

static void *wait_for_ever(void *unused) {
    sem_wait(&never);
    return unused;
}
static void *crash(void *pointer) { return *(void **)pointer; }

int main(void) {
    pthread_t threads[2];
    puts("before");
    fflush(stdout);
    sem_init(&never, 0, 0);
    pthread_create(&threads[0], NULL, wait_for_ever, NULL);
    pthread_create(&threads[1], NULL, crash, (void *)8);
    return pthread_join(threads[0], NULL);
}
