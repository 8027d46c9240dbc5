// A service announces itself, and only then marks itself as running; main stops it by clearing that mark.
// Class:    order violation (the shutdown flag is set before the work begins).
// Window:   in the service, behind sem_post and before the lock.
// Fails:    deadlock: main's stop is overwritten, the service waits for another one and main for the service.
// Schedule: main's section within the window; a hold at sem_post for 2 places lets the service be first.
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include "race.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static sem_t started;
static int running, rounds;

static void *serve(void *unused) {
#ifndef FIXED
    sem_post(&started);
    pthread_mutex_lock(&lock);
#else
    pthread_mutex_lock(&lock);
    sem_post(&started);
#endif
    running = 1;
    while (running)
        pthread_cond_wait(&changed, &lock);
    rounds++;
    pthread_mutex_unlock(&lock);
    return unused;
}

int main(void) {
    sem_init(&started, 0, 0);
    for (int i = 0; i < 2; i++) {
        pthread_t thread;
        pthread_create(&thread, NULL, serve, NULL);
        own_share();
        while (sem_wait(&started) != 0) {}
        pthread_mutex_lock(&lock);
        running = 0;
        pthread_cond_signal(&changed);
        pthread_mutex_unlock(&lock);
        pthread_join(thread, NULL);
    }
    return printf("rounds %d\n", rounds) < 0;
}
