// Four threads allocate and free, also each other's blocks: the same addresses in the replay.
// flags: -pthread
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *shared[16];

static void *work(void *argument) {
    unsigned long sum = 0;
    for (unsigned i = 0; i < 100; i++) {
        size_t size = 16 + i * 37 % 3000 + (i == 50 ? 200000 : 0);
        char *block = malloc(size);
        memset(block, (int)i, size);
        block = realloc(block, size + i);
        sum = sum * 31 + (unsigned long)block;
        pthread_mutex_lock(&lock);
        free(shared[i % 16]);
        shared[i % 16] = block;
        pthread_mutex_unlock(&lock);
    }
    printf("~ %ld: %lx\n", (long)argument, sum);
    return NULL;
}

int main(void) {
    pthread_t threads[4];
    for (long i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, work, (void *)i);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < 16; i++) {
        printf("~ %p\n", (void *)shared[i]);
        free(shared[i]);
    }
    return puts("done") < 0;
}
