// The consumer says that it will wait, and waits without a condition; the producer signals when it hears that.
// Class:    lost wake-up (signal before wait).
// Window:   in the consumer, behind sem_post to pthread_cond_wait: before the lock, and before the wait.
// Fails:    deadlock: the signal finds nobody.
// Schedule: the producer signals within the window; a hold at sem_post for 3 places lets the consumer wait first.
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include "race.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static sem_t hungry;
static int box, eaten;

static void *consume(void *unused) {
    for (int i = 0; i < 2; i++) {
        sem_post(&hungry);
        pthread_mutex_lock(&lock);
#ifdef FIXED
        while (box == 0)
            pthread_cond_wait(&filled, &lock);
#else
        pthread_cond_wait(&filled, &lock);
#endif
        eaten += box;
        box = 0;
        pthread_mutex_unlock(&lock);
    }
    return unused;
}

int main(void) {
    pthread_t thread;
    sem_init(&hungry, 0, 0);
    pthread_create(&thread, NULL, consume, NULL);
    for (int i = 1; i <= 2; i++) {
        own_share();
        while (sem_wait(&hungry) != 0) {}
        pthread_mutex_lock(&lock);
        box = i;
        pthread_cond_signal(&filled);
        pthread_mutex_unlock(&lock);
    }
    pthread_join(thread, NULL);
    return printf("eaten %d\n", eaten) < 0;
}
