// Two threads count sold tickets: the count is read under the lock and written back under the lock, but in two sections.
// Class:    atomicity violation.
// Window:   behind the first unlock, and before the second lock.
// Fails:    exit 1, an increment is lost.
// Schedule: the other thread's whole increment within the window loses it; a hold at the first unlock
//           for 2 places keeps read and write together.
#include <pthread.h>
#include <stdio.h>
#include "race.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int sold;

static void *sell(void *unused) {
    for (int i = 0; i < 4; i++) {
        pthread_mutex_lock(&lock);
        int seen = sold;
#ifndef FIXED
        pthread_mutex_unlock(&lock);
        pthread_mutex_lock(&lock);
#endif
        sold = seen + 1;
        pthread_mutex_unlock(&lock);
    }
    return unused;
}

int main(void) {
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, sell, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    if (sold != 8)
        fail("a sold ticket was not counted");
    return printf("sold %d\n", sold) < 0;
}
