// A pool: the submitter waits until its job has been taken, in place of until it has been done, and frees it.
// Class:    thread pool, a job freed early.
// Window:   in the worker, behind the unlock after it has taken the job and before the lock with which it works.
// Fails:    signal 11: the job is large, so free gives its memory back to the kernel.
// Schedule: the submitter's wake-up and free within the window; a hold at the worker's first unlock for 2 places
//           lets the job be done first.
#include <pthread.h>
#include <stdio.h>
#include "race.h"

struct job {
    int value, taken, done;
    char data[1 << 20];
};
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct job *next;
static int sum;

static void *work(void *unused) {
    for (int i = 0; i < 3; i++) {
        pthread_mutex_lock(&lock);
        while (!next)
            pthread_cond_wait(&changed, &lock);
        struct job *job = next;
        next = NULL;
        job->taken = 1;
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&lock);
        pthread_mutex_lock(&lock);
        sum += job->value;
        job->done = 1;
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&lock);
    }
    return unused;
}

int main(void) {
    pthread_t thread;
    struct job *jobs[3];
    for (int i = 0; i < 3; i++) {
        jobs[i] = calloc(1, sizeof *jobs[i]);
        jobs[i]->value = i + 1;
    }
    pthread_create(&thread, NULL, work, NULL);
    for (int i = 0; i < 3; i++) {
        struct job *job = jobs[i];
        pthread_mutex_lock(&lock);
        next = job;
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&lock);
        own_share();
        pthread_mutex_lock(&lock);
#ifdef FIXED
        while (!job->done)
#else
        while (!job->taken)
#endif
            pthread_cond_wait(&changed, &lock);
        pthread_mutex_unlock(&lock);
        free(job);
    }
    pthread_join(thread, NULL);
    return printf("sum %d\n", sum) < 0;
}
