// pthread_once, with work in it that takes time and blocks; the others wait for its end.
// flags: -pthread
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int runs, value;

static void set_up(void) {
    usleep(2000);
    runs++;
    value = 42;
}

static void *work(void *unused) {
    (void)unused;
    pthread_once(&once, set_up);
    return (void *)(long)value;
}

int main(void) {
    pthread_t threads[4];
    void *seen;
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], &seen);
        printf("%ld ", (long)seen);
    }
    return printf("%d\n", runs) < 0;
}
