// A bounded buffer of semaphores: three producers, two consumers.
// flags: -pthread
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sem_t room, filled;
static int buffer[4], in, out;
static long sum;

static void *produce(void *argument) {
    for (int i = 0; i < 20; i++) {
        sem_wait(&room), pthread_mutex_lock(&lock);
        buffer[in++ % 4] = (int)(long)argument * 100 + i;
        pthread_mutex_unlock(&lock), sem_post(&filled);
    }
    return NULL;
}

static void *consume(void *argument) {
    for (int i = 0; i < 30; i++) {
        sem_wait(&filled), pthread_mutex_lock(&lock);
        int item = buffer[out++ % 4];
        sum += item;
        pthread_mutex_unlock(&lock), sem_post(&room);
        printf("~ %ld: %d\n", (long)argument, item);
    }
    return NULL;
}

int main(void) {
    pthread_t threads[5];
    sem_init(&room, 0, 4), sem_init(&filled, 0, 0);
    for (long i = 0; i < 5; i++)
        pthread_create(&threads[i], NULL, i < 3 ? produce : consume, (void *)i);
    for (int i = 0; i < 5; pthread_join(threads[i++], NULL)) {}
    return printf("%d %d %ld\n", in, out, sum) < 0;
}
