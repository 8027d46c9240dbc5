// The creator starts a worker, and only then fills in what it works on; the worker waits for a token first, and
// mostly gets its own, which is posted last.
// Class:    order violation (use before initialisation by the creator).
// Window:   behind pthread_create, before the plain store to `plan`.
// Fails:    signal 11: a worker takes the token of an earlier one and follows a null pointer.
// Schedule: a switch behind pthread_create to the new worker, while an earlier token lies there; a hold at
//           pthread_create for 2 places lets the store be first.
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include "race.h"

struct plan {
    int first, steps;
};
static struct worker {
    pthread_t thread;
    const struct plan *plan;
    int result;
} workers[3];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sem_t tokens;
static int steps;

static void *work(void *argument) {
    struct worker *self = argument;
    while (sem_wait(&tokens) != 0) {}
    for (int i = 0; i < self->plan->steps; i++) {
        self->result += self->plan->first + i;
        pthread_mutex_lock(&lock);
        steps++;
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

int main(void) {
    static const struct plan plan = {10, 4};
    sem_init(&tokens, 0, 0);
    for (int i = 0; i < 3; i++) {
#ifdef FIXED
        workers[i].plan = &plan;
#endif
        pthread_create(&workers[i].thread, NULL, work, &workers[i]);
#ifndef FIXED
        workers[i].plan = &plan;
#endif
        sem_post(&tokens);
        own_share();
    }
    for (int i = 0; i < 3; i++)
        pthread_join(workers[i].thread, NULL);
    return printf("%d %d %d, %d\n", workers[0].result, workers[1].result, workers[2].result, steps) < 0;
}
