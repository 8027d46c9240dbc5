// The waiter looks at the flag without the lock, and waits once if it is not set.
// Class:    lost wake-up (flag checked outside of the lock).
// Window:   in the waiter, from the plain load of `ready` to the wait: before the lock, and before the wait.
// Fails:    deadlock: the signal comes before the wait, and there is no second one.
// Schedule: main sets the flag and signals within the window; a hold at the lock for 2 places makes check and
//           wait one.
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static volatile int ready;

static void *wait_for_it(void *unused) {
#ifdef FIXED
    pthread_mutex_lock(&lock);
    while (!ready)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
#else
    if (!ready) {
        pthread_mutex_lock(&lock);
        pthread_cond_wait(&changed, &lock);
        pthread_mutex_unlock(&lock);
    }
#endif
    return unused;
}

int main(void) {
    for (int i = 0; i < 3; i++) {
        pthread_t thread;
        ready = 0;
        pthread_create(&thread, NULL, wait_for_it, NULL);
        pthread_mutex_lock(&lock);
        ready = 1;
        pthread_cond_signal(&changed);
        pthread_mutex_unlock(&lock);
        pthread_join(thread, NULL);
    }
    return printf("ready %d\n", ready) < 0;
}
