// The worker says that it is done, and only then stores its result. Main reads it before it joins.
// Class:    order violation (result read before join).
// Window:   in the worker, behind sem_post, before the plain store to `result`.
// Fails:    exit 1, the result is missing.
// Schedule: a switch to main behind sem_post; a hold at sem_post for 2 places takes the worker past the store.
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include "race.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sem_t done;
static int values[4] = {3, 1, 4, 1}, next, result;

static void *work(void *unused) {
    int sum = 0;
    for (int i = 0; i < 4; i++) {
        pthread_mutex_lock(&lock);
        sum += values[next++];
        pthread_mutex_unlock(&lock);
    }
#ifdef FIXED
    result = sum;
    sem_post(&done);
#else
    sem_post(&done);
    result = sum;
#endif
    return unused;
}

int main(void) {
    pthread_t thread;
    sem_init(&done, 0, 0);
    pthread_create(&thread, NULL, work, NULL);
    own_share();
    while (sem_wait(&done) != 0) {}
    int seen = result;
    pthread_join(thread, NULL);
    if (seen != 9)
        fail("main has read the result too early");
    return printf("result %d\n", seen) < 0;
}
