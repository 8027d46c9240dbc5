// Two threads take turns by one condition variable.
// flags: -pthread
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int turn;

static void *play(void *argument) {
    int self = (int)(long)argument;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < 50; i++) {
        while (turn % 2 != self)
            pthread_cond_wait(&changed, &lock);
        if (turn % 10 < 2)
            printf("%s %d\n", self ? "pong" : "ping", turn);
        turn++;
        pthread_cond_signal(&changed);
    }
    pthread_mutex_unlock(&lock);
    return NULL;
}

int main(void) {
    pthread_t threads[2];
    for (long i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, play, (void *)i);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    return printf("%d\n", turn) < 0;
}
