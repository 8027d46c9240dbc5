// A transfer between two accounts takes the locks one after the other; an auditor, who takes both, adds them up.
// Class:    atomicity violation (two objects, an invariant over both).
// Window:   in transfer, behind the unlock of the source and before the lock of the target.
// Fails:    exit 1, the sum is wrong.
// Schedule: the auditor's two locks within the window see money that is in neither account; a hold at the
//           unlock of the source for 2 places closes it.
#include <pthread.h>
#include <stdio.h>
#include "race.h"

static pthread_mutex_t locks[2] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static int money[2] = {50, 50};

static void *transfer(void *unused) {
    for (int i = 0; i < 3; i++) {
        pthread_mutex_lock(&locks[0]);
#ifdef FIXED
        pthread_mutex_lock(&locks[1]);
#endif
        money[0] -= 10;
#ifndef FIXED
        pthread_mutex_unlock(&locks[0]);
        pthread_mutex_lock(&locks[1]);
#endif
        money[1] += 10;
        pthread_mutex_unlock(&locks[1]);
#ifdef FIXED
        pthread_mutex_unlock(&locks[0]);
#endif
    }
    return unused;
}

static void *audit(void *unused) {
    for (int i = 0; i < 3; i++) {
        pthread_mutex_lock(&locks[0]);
        pthread_mutex_lock(&locks[1]);
        int sum = money[0] + money[1];
        pthread_mutex_unlock(&locks[1]);
        pthread_mutex_unlock(&locks[0]);
        if (sum != 100)
            fail("the accounts do not add up to 100");
    }
    return unused;
}

int main(void) {
    pthread_t threads[2];
    pthread_create(&threads[0], NULL, transfer, NULL);
    pthread_create(&threads[1], NULL, audit, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    return printf("%d %d\n", money[0], money[1]) < 0;
}
