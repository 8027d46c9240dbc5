// Main writes a row and meets the other thread at a barrier. That one adds the row up, and main writes the next one
// when it hears that the adding has begun; there is no second barrier behind it.
// Class:    barrier misuse (one phase in place of two: the data is wrong).
// Window:   in the adder, behind sem_post and before its lock sections.
// Fails:    exit 1, the sum is that of the second row or of a mixed one.
// Schedule: main's next row within the window; a hold at the adder's sem_post for 5 places lets it read first.
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include "race.h"

static pthread_barrier_t barrier;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sem_t begun;
static int row[2];

static void *add_up(void *unused) {
    (void)unused;
    long sum = 0;
    pthread_barrier_wait(&barrier);
    sem_post(&begun);
    for (int i = 0; i < 2; i++) {
        pthread_mutex_lock(&lock);
        sum += row[i];
        pthread_mutex_unlock(&lock);
    }
#ifdef FIXED
    pthread_barrier_wait(&barrier);
#endif
    return (void *)sum;
}

static void write_row(int value) {
    own_share();
    for (int i = 0; i < 2; i++) {
        pthread_mutex_lock(&lock);
        row[i] = value;
        pthread_mutex_unlock(&lock);
    }
}

int main(void) {
    pthread_t thread;
    void *sum;
    pthread_barrier_init(&barrier, NULL, 2);
    sem_init(&begun, 0, 0);
    pthread_create(&thread, NULL, add_up, NULL);
    write_row(1);
    pthread_barrier_wait(&barrier);
    own_share();
    while (sem_wait(&begun) != 0) {}
#ifdef FIXED
    pthread_barrier_wait(&barrier);
#endif
    write_row(10);
    pthread_join(thread, &sum);
    if ((long)sum != 2)
        fail("the first row was overwritten while it was read");
    return printf("sum %ld, row %d %d\n", (long)sum, row[0], row[1]) < 0;
}
