// Eight threads, joined in the other order; one ends by pthread_exit from a deeper call.
// flags: -pthread
#include <pthread.h>
#include <stdio.h>

__attribute__((noinline)) static void deeper(long value) {
    if (value == 5)
        pthread_exit((void *)500L);
}

static void *work(void *argument) {
    deeper((long)argument);
    printf("~ %ld\n", (long)argument);
    return (void *)((long)argument * (long)argument);
}

int main(void) {
    pthread_t threads[8];
    void *result;
    for (long i = 0; i < 8; i++)
        pthread_create(&threads[i], NULL, work, (void *)i);
    for (int i = 7; i >= 0; i--) {
        int error = pthread_join(threads[i], &result);
        printf("%d %ld\n", error, (long)result);
    }
    return 0;
}
