// The main thread ends, another one joins it, goes on, and gives the process its exit code.
// flags: -pthread
// expect-exit: 3
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static pthread_t first;

static void *work(void *unused) {
    void *result;
    (void)unused;
    printf("%d ", pthread_join(first, &result));
    printf("%ld\n", (long)result);
    exit(3);
}

int main(void) {
    pthread_t thread;
    first = pthread_self();
    pthread_create(&thread, NULL, work, NULL);
    pthread_exit((void *)77L);
}
