// Four threads and one mutex: the order of the turns is the same in the replay.
// flags: -pthread
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int turns[400], turn;
static long sum;

static void *work(void *argument) {
    for (int i = 0; i < 100; i++) {
        pthread_mutex_lock(&lock);
        turns[turn++] = (int)(long)argument;
        sum += i;
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

int main(void) {
    pthread_t threads[4];
    for (long i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, work, (void *)i);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    printf("~ ");
    for (int i = 0; i < turn; i++)
        printf("%d", turns[i]);
    return printf("\n%d %ld\n", turn, sum) < 0;
}
