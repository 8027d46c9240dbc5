// Threads that wait for a flag in a loop without any call: one volatile, one atomic.
// flags: -pthread
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

static volatile int plain;
static atomic_int ready;

static void *wait_plain(void *unused) {
    while (!plain) {}
    atomic_store(&ready, 1);
    return unused;
}
static void *wait_atomic(void *unused) {
    while (!atomic_load(&ready)) {}
    return unused;
}

int main(void) {
    pthread_t threads[2];
    pthread_create(&threads[0], NULL, wait_plain, NULL);
    pthread_create(&threads[1], NULL, wait_atomic, NULL);
    plain = 1;
    while (!atomic_load(&ready)) {}
    for (int i = 0; i < 2; i++)
        printf("%d ", pthread_join(threads[i], NULL));
    return puts("") < 0;
}
