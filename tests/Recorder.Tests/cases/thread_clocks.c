// Two threads read clocks; each sees its own readings grow. The thread's own CPU clock, too.
// flags: -pthread
#include <pthread.h>
#include <stdio.h>
#include <time.h>

static long long read_clock(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * 1000000000ll + now.tv_nsec;
}

static void *work(void *argument) {
    long long last = 0, cpu = 0;
    long grows = 1;
    for (int i = 0; i < 100; i++) {
        long long now = read_clock(CLOCK_MONOTONIC), used = read_clock(CLOCK_THREAD_CPUTIME_ID);
        grows &= now >= last && used >= cpu;
        last = now, cpu = used;
    }
    printf("~ %ld: %lld %lld %lld\n", (long)argument, last, cpu, read_clock(CLOCK_REALTIME));
    return (void *)grows;
}

int main(void) {
    pthread_t threads[2];
    void *grows;
    for (long i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, work, (void *)i);
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], &grows);
        printf("%ld\n", (long)grows);
    }
    return 0;
}
