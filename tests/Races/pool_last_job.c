// A worker takes jobs in one lock section, and looks at the stop flag in the next one.
// Class:    stop flag, the last job lost.
// Window:   behind the unlock of the section that finds no job, before the lock of the one that looks at `stop`.
// Fails:    exit 1, a job is never done.
// Schedule: main submits the last job and stops within the window; a hold at the unlock of the empty section for
//           2 places closes it.
#include <pthread.h>
#include <stdio.h>
#include "race.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int jobs, done, stop;

static void *work(void *unused) {
    for (;;) {
        pthread_mutex_lock(&lock);
        int got = jobs > 0;
        jobs -= got;
        done += got;
#ifndef FIXED
        pthread_mutex_unlock(&lock);
        pthread_mutex_lock(&lock);
#endif
#ifdef FIXED
        int end = stop && jobs == 0;
#else
        int end = stop && !got;
#endif
        if (!got && !end && jobs == 0)
            pthread_cond_wait(&changed, &lock); // the loop looks again
        pthread_mutex_unlock(&lock);
        if (end)
            return unused;
    }
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    for (int i = 0; i < 3; i++) {
        pthread_mutex_lock(&lock);
        jobs++;
        pthread_cond_signal(&changed);
        pthread_mutex_unlock(&lock);
        if (i < 2)
            own_share();
    }
    pthread_mutex_lock(&lock);
    stop = 1;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
    pthread_join(thread, NULL);
    if (done != 3)
        fail("the last job was not done");
    return printf("done %d\n", done) < 0;
}
