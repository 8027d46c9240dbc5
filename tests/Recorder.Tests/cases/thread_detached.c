// A detached thread, one that detaches itself, and a main thread that ends by pthread_exit.
// flags: -pthread
#define _GNU_SOURCE
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

static sem_t first_done;

static void *first(void *unused) {
    puts("first");
    sem_post(&first_done);
    return unused;
}

static void *second(void *unused) {
    int result = pthread_detach(pthread_self());
    while (sem_wait(&first_done) != 0) {}
    printf("second %d\n", result);
    return unused;
}

int main(void) {
    pthread_attr_t attributes;
    pthread_t thread;
    sem_init(&first_done, 0, 0);
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    puts("main");
    pthread_create(&thread, NULL, second, NULL);
    pthread_create(&thread, &attributes, first, NULL);
    pthread_exit(NULL);
}
