// A position has two coordinates that always are equal; the writer sets each in a lock section of its own.
// Class:    atomicity violation (torn pair of variables).
// Window:   in move, behind the unlock after x and before the lock for y.
// Fails:    exit 1, the reader sees x and y from two different moves.
// Schedule: the reader's section within the window; a hold at the unlock after x for 2 places closes it.
#include <pthread.h>
#include <stdio.h>
#include "race.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int x, y;

static void *move(void *unused) {
    for (int i = 1; i <= 4; i++) {
        pthread_mutex_lock(&lock);
        x = i;
#ifndef FIXED
        pthread_mutex_unlock(&lock);
        pthread_mutex_lock(&lock);
#endif
        y = i;
        pthread_mutex_unlock(&lock);
    }
    return unused;
}

static void *look(void *unused) {
    for (int i = 0; i < 4; i++) {
        pthread_mutex_lock(&lock);
        int same = x == y;
        pthread_mutex_unlock(&lock);
        if (!same)
            fail("the position is torn");
    }
    return unused;
}

int main(void) {
    pthread_t threads[2];
    pthread_create(&threads[0], NULL, move, NULL);
    pthread_create(&threads[1], NULL, look, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    return printf("%d %d\n", x, y) < 0;
}
