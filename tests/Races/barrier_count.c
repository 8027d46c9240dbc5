// Main sets a barrier up for as many threads as have registered; they say hello before they register.
// Class:    barrier misuse (wrong count: a thread hangs).
// Window:   in a worker, behind sem_post and before the lock of the registration.
// Fails:    deadlock: the barrier is for too few, and the one who comes late waits for ever.
// Schedule: main reads the count within the window; a hold at sem_post for 2 places lets the worker register.
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include "race.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t barrier;
static sem_t hello, go;
static int registered, passed;

static void *work(void *unused) {
#ifndef FIXED
    sem_post(&hello);
#endif
    pthread_mutex_lock(&lock);
    registered++;
    pthread_mutex_unlock(&lock);
#ifdef FIXED
    sem_post(&hello);
#endif
    while (sem_wait(&go) != 0) {}
    pthread_barrier_wait(&barrier);
    pthread_mutex_lock(&lock);
    passed++;
    pthread_mutex_unlock(&lock);
    return unused;
}

int main(void) {
    pthread_t threads[2];
    sem_init(&hello, 0, 0);
    sem_init(&go, 0, 0);
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, work, NULL);
    own_share();
    for (int i = 0; i < 2; i++)
        while (sem_wait(&hello) != 0) {}
    pthread_mutex_lock(&lock);
    pthread_barrier_init(&barrier, NULL, (unsigned)registered + 1);
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < 2; i++)
        sem_post(&go);
    pthread_barrier_wait(&barrier);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    return printf("passed %d\n", passed) < 0;
}
