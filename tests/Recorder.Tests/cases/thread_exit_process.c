// exit from a second thread, while main and others wait for what never comes.
// flags: -pthread
// expect-exit: 9
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static sem_t never;
static int ends[2];

static void at_end(void) { puts("handler"); }
static void *wait_semaphore(void *unused) {
    sem_wait(&never);
    return unused;
}
static void *wait_pipe(void *unused) {
    char byte;
    printf("not to be seen: %d\n", (int)read(ends[0], &byte, 1));
    return unused;
}
static void *end(void *unused) {
    (void)unused;
    exit(9);
}

int main(void) {
    pthread_t threads[3];
    sem_init(&never, 0, 0);
    if (pipe(ends))
        return 1;
    atexit(at_end);
    pthread_create(&threads[0], NULL, wait_semaphore, NULL);
    pthread_create(&threads[1], NULL, wait_pipe, NULL);
    pthread_create(&threads[2], NULL, end, NULL);
    pthread_join(threads[0], NULL);
    return 1;
}
