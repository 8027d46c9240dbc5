// Three threads in step: in each round one of them is the serial one.
// flags: -pthread
#include <pthread.h>
#include <stdio.h>

static pthread_barrier_t barrier;
static int cells[3], serial[3];

static void *work(void *argument) {
    int self = (int)(long)argument;
    for (int round = 0; round < 10; round++) {
        cells[self] += round;
        serial[self] += pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD;
        int next = cells[(self + 1) % 3];
        pthread_barrier_wait(&barrier);
        cells[self] += next;
    }
    return NULL;
}

int main(void) {
    pthread_t threads[3];
    printf("%d\n", pthread_barrier_init(&barrier, NULL, 3));
    for (long i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, work, (void *)i);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    printf("~ %d %d %d\n", serial[0], serial[1], serial[2]);
    printf("%d %d %d %d\n", cells[0], cells[1], cells[2], serial[0] + serial[1] + serial[2]);
    return pthread_barrier_destroy(&barrier);
}
