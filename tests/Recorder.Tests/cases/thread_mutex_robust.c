// The owner of a robust mutex dies: the next one hears of it, and makes it consistent or unusable.
// flags: -pthread
#include <errno.h>
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t lock;

static void *die(void *unused) {
    pthread_mutex_lock(&lock);
    return unused;
}

static int lock_after_death(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, die, NULL);
    pthread_join(thread, NULL);
    return pthread_mutex_lock(&lock);
}

int main(void) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&lock, &attributes);
    printf("%d ", lock_after_death() == EOWNERDEAD);
    printf("%d ", pthread_mutex_consistent(&lock));
    printf("%d\n", pthread_mutex_unlock(&lock));
    printf("%d ", lock_after_death() == EOWNERDEAD);
    printf("%d ", pthread_mutex_unlock(&lock));
    printf("%d ", pthread_mutex_lock(&lock) == ENOTRECOVERABLE);
    return printf("%d\n", pthread_mutex_destroy(&lock)) < 0;
}
