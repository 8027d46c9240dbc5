// A consumer empties the queue with sem_trywait, and ends if the queue is empty and the producer has finished.
// Class:    producer and consumer with trywait.
// Window:   in the consumer, from the sem_trywait that finds nothing to the lock that guards `finished`.
// Fails:    exit 1, the last item is left.
// Schedule: the producer's last item and its end within the window; a hold at sem_trywait for 2 places closes it.
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include "race.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sem_t items, news;
static int finished, eaten;

static int is_finished(void) {
    pthread_mutex_lock(&lock);
    int result = finished;
    pthread_mutex_unlock(&lock);
    return result;
}

static void *consume(void *unused) {
    for (int end = 0; !end;) {
#ifdef FIXED
        end = is_finished();
#endif
        while (sem_trywait(&items) == 0)
            eaten++;
#ifndef FIXED
        end = is_finished();
#endif
        if (!end)
            while (sem_wait(&news) != 0) {}
    }
    return unused;
}

static void *produce(void *unused) {
    for (int i = 0; i < 3; i++) {
        sem_post(&items);
        sem_post(&news);
    }
    pthread_mutex_lock(&lock);
    finished = 1;
    pthread_mutex_unlock(&lock);
    sem_post(&news);
    return unused;
}

int main(void) {
    pthread_t threads[2];
    sem_init(&items, 0, 0);
    sem_init(&news, 0, 0);
    pthread_create(&threads[0], NULL, produce, NULL);
    pthread_create(&threads[1], NULL, consume, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    if (eaten != 3)
        fail("the last item was not eaten");
    return printf("eaten %d\n", eaten) < 0;
}
