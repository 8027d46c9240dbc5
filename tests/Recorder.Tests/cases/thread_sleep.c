// One thread sleeps in three ways while another one works.
// flags: -pthread
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static atomic_int awake;

static void *sleep_some(void *unused) {
    struct timespec when, ten = {0, 10000000};
    long result = nanosleep(&ten, NULL);
    clock_gettime(CLOCK_MONOTONIC, &when);
    when.tv_nsec += 10000000;
    when.tv_sec += when.tv_nsec / 1000000000, when.tv_nsec %= 1000000000;
    result += clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL);
    result += usleep(1000);
    awake = 1;
    return (char *)unused + result;
}

static void *work(void *unused) {
    for (int rounds = 0; !awake; rounds += getppid() > 0)
        for (volatile int i = 0; i < 50000; i++) {}
    return unused;
}

int main(void) {
    pthread_t threads[2];
    void *result;
    pthread_create(&threads[0], NULL, sleep_some, NULL);
    pthread_create(&threads[1], NULL, work, NULL);
    pthread_join(threads[1], NULL);
    pthread_join(threads[0], &result);
    return printf("%ld\n", (long)result) < 0;
}
