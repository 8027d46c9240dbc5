// A thread that computes for some 50 ms without a call, beside one that works with system calls.
// flags: -pthread
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static void *compute(void *unused) {
    unsigned long value = 1;
    (void)unused;
    for (int i = 0; i < 15000000; i++)
        value = value * 6364136223846793005ul + (value >> 33);
    return (void *)value;
}
static void *work(void *unused) {
    char byte;
    long sum = 0;
    int file = open("/dev/zero", O_RDONLY);
    (void)unused;
    for (int i = 0; i < 200; i++)
        sum += read(file, &byte, 1);
    close(file);
    return (void *)sum;
}

int main(void) {
    pthread_t threads[2];
    void *results[2];
    pthread_create(&threads[0], NULL, compute, NULL);
    pthread_create(&threads[1], NULL, work, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], &results[i]);
    return printf("%lx %ld\n", (unsigned long)results[0], (long)results[1]) < 0;
}
