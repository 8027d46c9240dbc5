// Threads are cancelled in pthread_cond_wait (the cleanup handler has the mutex again), sem_wait and nanosleep.
// flags: -pthread
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <unistd.h>

static pthread_mutex_t lock;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static sem_t none;
static int held = -1;

static void clean(void *result) { *(int *)result = pthread_mutex_unlock(&lock); } // EPERM if it were not held
static void *wait_condition(void *unused) {
    pthread_mutex_lock(&lock);
    pthread_cleanup_push(clean, &held);
    for (;;)
        pthread_cond_wait(&never, &lock);
    pthread_cleanup_pop(0);
    return unused;
}
static void *wait_semaphore(void *unused) { return sem_wait(&none) ? unused : NULL; }
static void *wait_time(void *unused) { return sleep(1000) ? unused : NULL; }

int main(void) {
    void *(*const bodies[])(void *) = {wait_condition, wait_semaphore, wait_time};
    pthread_mutexattr_t attributes;
    pthread_t thread;
    void *result;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_init(&lock, &attributes), sem_init(&none, 0, 0);
    for (int i = 0; i < 3; i++) {
        pthread_create(&thread, NULL, bodies[i], NULL);
        pthread_cancel(thread), pthread_join(thread, &result);
        printf("%d\n", result == PTHREAD_CANCELED);
    }
    return printf("%d %d\n", held, pthread_mutex_lock(&lock)) < 0;
}
