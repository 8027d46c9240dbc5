// Two threads take turns COUNT times each, by semaphores: 2 * COUNT hand-overs.
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

static sem_t ping, pong;
static long count;

static void *answer(void *unused) {
    for (long i = 0; i < count; i++) {
        sem_wait(&ping);
        sem_post(&pong);
    }
    return unused;
}

int main(int argc, char **argv) {
    count = argc > 1 ? atol(argv[1]) : 100000;
    pthread_t other;
    if (pthread_create(&other, NULL, answer, NULL) != 0) abort();
    for (long i = 0; i < count; i++) {
        sem_post(&ping);
        sem_wait(&pong);
    }
    pthread_join(other, NULL);
}
