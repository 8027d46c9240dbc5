// A table and its row count are dropped and loaded in two lock sections each (like Mozilla's script cache).
// Class:    atomicity violation (several variables that belong together).
// Window:   in drop, behind the unlock after the table and before the lock for the count.
// Fails:    signal 11: a reader trusts the count and reads row 3 of no table.
// Schedule: the reader's section within the window; a hold at drop's first unlock for 2 places closes it.
#include <pthread.h>
#include <stdio.h>

static const int rows[4] = {2, 3, 5, 7};
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const int *volatile table = rows;
static volatile int count = 4;

static void drop(void) {
    pthread_mutex_lock(&lock);
    table = NULL;
#ifndef FIXED
    pthread_mutex_unlock(&lock);
    pthread_mutex_lock(&lock);
#endif
    count = 0;
    pthread_mutex_unlock(&lock);
}

static void load(void) {
    pthread_mutex_lock(&lock);
    table = rows;
    count = 4;
    pthread_mutex_unlock(&lock);
}

static void *refresh(void *unused) {
    for (int i = 0; i < 3; i++) {
        drop();
        load();
    }
    return unused;
}

static void *query(void *wrong) {
    for (int i = 0; i < 4; i++) {
        pthread_mutex_lock(&lock);
        int last = count > 0 ? table[count - 1] : 7;
        pthread_mutex_unlock(&lock);
        if (last != 7)
            wrong = (void *)1;
    }
    return wrong;
}

int main(void) {
    pthread_t threads[2];
    void *wrong;
    pthread_create(&threads[0], NULL, refresh, NULL);
    pthread_create(&threads[1], NULL, query, NULL);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], &wrong);
    return printf("rows %d, wrong %d\n", count, wrong != NULL) < 0;
}
