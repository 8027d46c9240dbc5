// Timed waits that time out, by both clocks, and one that is woken by a broadcast.
// flags: -pthread
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int ready;

static int wait_until_late(int clock, long milliseconds, int *flag) {
    struct timespec when;
    int result = clock_gettime(clock, &when);
    when.tv_nsec += milliseconds * 1000000;
    when.tv_sec += when.tv_nsec / 1000000000, when.tv_nsec %= 1000000000;
    pthread_mutex_lock(&lock);
    while (!*flag && result == 0)
        result = clock == CLOCK_REALTIME ? pthread_cond_timedwait(&changed, &lock, &when)
                                         : pthread_cond_clockwait(&changed, &lock, clock, &when);
    pthread_mutex_unlock(&lock);
    return result;
}

static void *work(void *unused) {
    pthread_mutex_lock(&lock);
    ready = 1;
    pthread_mutex_unlock(&lock);
    return pthread_cond_broadcast(&changed) ? &ready : unused;
}

int main(void) {
    pthread_t thread;
    int never = 0, late = wait_until_late(CLOCK_REALTIME, 15, &never) == ETIMEDOUT;
    printf("%d %d ", late, wait_until_late(CLOCK_MONOTONIC, 15, &never) == ETIMEDOUT);
    pthread_create(&thread, NULL, work, NULL);
    printf("%d\n", wait_until_late(CLOCK_REALTIME, 900, &ready));
    return pthread_join(thread, NULL);
}
