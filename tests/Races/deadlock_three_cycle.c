// Three philosophers, three forks: each takes the left one, then the right one.
// Class:    deadlock by lock order (three threads in a cycle).
// Window:   before the second lock, in all three at the same time.
// Fails:    deadlock: each has the left fork.
// Schedule: three switches, each before the second lock; a hold at the first lock for 2 places breaks the cycle.
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t forks[3] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static int meals[3];

static void *philosopher(void *argument) {
    int self = (int)(long)argument, first = self, second = (self + 1) % 3;
#ifdef FIXED
    if (first > second) {
        first = second;
        second = self;
    }
#endif
    for (int i = 0; i < 2; i++) {
        pthread_mutex_lock(&forks[first]);
        pthread_mutex_lock(&forks[second]);
        meals[self]++;
        pthread_mutex_unlock(&forks[second]);
        pthread_mutex_unlock(&forks[first]);
    }
    return NULL;
}

int main(void) {
    pthread_t threads[3];
    for (long i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, philosopher, (void *)i);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    return printf("meals %d %d %d\n", meals[0], meals[1], meals[2]) < 0;
}
