// The producer posts the semaphore, and puts the item into the queue behind that.
// Class:    semaphore posted too early.
// Window:   in the producer, behind sem_post and before its lock.
// Fails:    signal 11: the consumer takes an item that is not there.
// Schedule: the consumer's section within the window; a hold at sem_post for 2 places lets the item be there.
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include "race.h"

struct item {
    struct item *next;
    long value;
};
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sem_t filled;
static struct item *head;

static void *produce(void *unused) {
    static struct item items[4] = {{NULL, 1}, {NULL, 2}, {NULL, 3}, {NULL, 4}};
    for (int i = 0; i < 4; i++) {
#ifndef FIXED
        sem_post(&filled);
#endif
        pthread_mutex_lock(&lock);
        items[i].next = head;
        head = &items[i];
        pthread_mutex_unlock(&lock);
#ifdef FIXED
        sem_post(&filled);
#endif
    }
    return unused;
}

static void *consume(void *unused) {
    (void)unused;
    long sum = 0;
    for (int i = 0; i < 4; i++) {
        while (sem_wait(&filled) != 0) {}
        pthread_mutex_lock(&lock);
        struct item *item = head;
        head = item->next;
        pthread_mutex_unlock(&lock);
        sum += item->value;
    }
    return (void *)sum;
}

int main(void) {
    pthread_t threads[2];
    void *sum;
    sem_init(&filled, 0, 0);
    pthread_create(&threads[0], NULL, produce, NULL);
    own_share();
    pthread_create(&threads[1], NULL, consume, NULL);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], &sum);
    return printf("sum %ld\n", (long)sum) < 0;
}
