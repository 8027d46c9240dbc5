// Main waits for an item with the inner lock, and keeps the outer lock meanwhile, which the producer needs too.
// Class:    deadlock (condition variable with two locks).
// Window:   in the producer, behind sem_post and before its outer lock.
// Fails:    deadlock: main waits for the item, the producer for the outer lock.
// Schedule: main goes up to its wait within the window; a hold at sem_post for 4 places lets the item be there first.
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include "race.h"

static pthread_mutex_t outer = PTHREAD_MUTEX_INITIALIZER, inner = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static sem_t started;
static int items, visits;

static void *produce(void *unused) {
    sem_post(&started);
    pthread_mutex_lock(&outer);
    visits++;
    pthread_mutex_lock(&inner);
    items++;
    pthread_cond_signal(&filled);
    pthread_mutex_unlock(&inner);
    pthread_mutex_unlock(&outer);
    return unused;
}

static void consume(void) {
    pthread_mutex_lock(&outer);
    visits++;
#ifdef FIXED
    pthread_mutex_unlock(&outer);
#endif
    pthread_mutex_lock(&inner);
    while (items == 0)
        pthread_cond_wait(&filled, &inner);
    items--;
    pthread_mutex_unlock(&inner);
#ifndef FIXED
    pthread_mutex_unlock(&outer);
#endif
}

int main(void) {
    sem_init(&started, 0, 0);
    for (int i = 0; i < 2; i++) {
        pthread_t thread;
        pthread_create(&thread, NULL, produce, NULL);
        own_share();
        while (sem_wait(&started) != 0) {}
        consume();
        pthread_join(thread, NULL);
    }
    return printf("items %d, visits %d\n", items, visits) < 0;
}
