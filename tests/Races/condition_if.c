// Two consumers wait for items with `if` in place of `while`.
// Class:    condition without a loop (several consumers).
// Window:   in a consumer that was woken, from the signal to its way back out of pthread_cond_wait with the lock.
// Fails:    abort, signal 6: it takes an item that the other consumer has taken.
// Schedule: one consumer waits, main puts an item, the other consumer is first at the lock; a hold at main's
//           pthread_create for some places lets all items be there before anybody waits.
#include <pthread.h>
#include <stdio.h>
#include "race.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static int items, taken;

static void *consume(void *unused) {
    own_share();
    for (int i = 0; i < 2; i++) {
        pthread_mutex_lock(&lock);
#ifdef FIXED
        while (items == 0)
#else
        if (items == 0)
#endif
            pthread_cond_wait(&filled, &lock);
        if (--items < 0)
            abort();
        taken++;
        pthread_mutex_unlock(&lock);
    }
    return unused;
}

int main(void) {
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, consume, NULL);
    for (int i = 0; i < 4; i++) {
        pthread_mutex_lock(&lock);
        items++;
        pthread_cond_signal(&filled);
        pthread_mutex_unlock(&lock);
    }
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    return printf("taken %d, left %d\n", taken, items) < 0;
}
