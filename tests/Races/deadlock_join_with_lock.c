// Main joins the worker with the registry locked; the worker takes itself out of the registry before it ends.
// Class:    deadlock (lock held in join).
// Window:   in the worker, behind sem_post and before its last lock.
// Fails:    deadlock: main has the lock and waits for the worker, which waits for the lock.
// Schedule: main takes the lock within the window; a hold at sem_post for 3 places lets the worker sign off first.
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include "race.h"

static pthread_mutex_t registry = PTHREAD_MUTEX_INITIALIZER;
static sem_t done;
static int registered, results;

static void *work(void *unused) {
    pthread_mutex_lock(&registry);
    registered++;
    pthread_mutex_unlock(&registry);
    sem_post(&done);
    pthread_mutex_lock(&registry);
    registered--;
    pthread_mutex_unlock(&registry);
    return unused;
}

int main(void) {
    sem_init(&done, 0, 0);
    for (int i = 0; i < 3; i++) {
        pthread_t thread;
        pthread_create(&thread, NULL, work, NULL);
        own_share();
        while (sem_wait(&done) != 0) {}
#ifdef FIXED
        pthread_join(thread, NULL);
        pthread_mutex_lock(&registry);
#else
        pthread_mutex_lock(&registry);
        pthread_join(thread, NULL);
#endif
        results++;
        pthread_mutex_unlock(&registry);
    }
    return printf("results %d, registered %d\n", results, registered) < 0;
}
