// A mutex that stays locked: trylock, timedlock, clocklock, and the same of a read/write lock and a semaphore.
// flags: -pthread
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include "case.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static sem_t semaphore;

static struct timespec soon(int clock) {
    struct timespec when;
    clock_gettime(clock, &when);
    return (struct timespec){when.tv_sec + (when.tv_nsec >= 991000000), (when.tv_nsec + 9000000) % 1000000000};
}

static void *work(void *unused) {
    struct timespec when = soon(CLOCK_REALTIME);
    SAY(pthread_mutex_trylock(&lock) == EBUSY);
    SAY(pthread_mutex_timedlock(&lock, &when) == ETIMEDOUT);
    when = soon(CLOCK_MONOTONIC);
    SAY(pthread_mutex_clocklock(&lock, CLOCK_MONOTONIC, &when) == ETIMEDOUT);
    SAY(pthread_rwlock_tryrdlock(&rwlock) == EBUSY);
    when = soon(CLOCK_REALTIME);
    SAY(pthread_rwlock_timedrdlock(&rwlock, &when) == ETIMEDOUT);
    SAY(pthread_rwlock_timedwrlock(&rwlock, &when) == ETIMEDOUT);
    SAY(sem_trywait(&semaphore) < 0 && errno == EAGAIN);
    SAY(sem_timedwait(&semaphore, &when) < 0 && errno == ETIMEDOUT);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_mutex_lock(&lock), pthread_rwlock_wrlock(&rwlock), sem_init(&semaphore, 0, 0);
    pthread_create(&thread, NULL, work, NULL);
    return pthread_join(thread, NULL) || puts("") < 0;
}
