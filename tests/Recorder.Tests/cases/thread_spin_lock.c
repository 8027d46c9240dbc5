// A spin lock, which waits without a system call.
// flags: -pthread
#include <errno.h>
#include <pthread.h>
#include <stdio.h>

static pthread_spinlock_t lock;
static int count, busy;

static void *work(void *unused) {
    for (int i = 0; i < 200; i++) {
        if (i % 2 || pthread_spin_trylock(&lock) == EBUSY)
            pthread_spin_lock(&lock);
        count++;
        pthread_spin_unlock(&lock);
    }
    return unused;
}

static void *try(void *unused) {
    busy = pthread_spin_trylock(&lock) == EBUSY;
    return unused;
}

int main(void) {
    pthread_t threads[3];
    pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE);
    pthread_spin_lock(&lock);
    pthread_create(&threads[0], NULL, try, NULL);
    pthread_join(threads[0], NULL);
    pthread_spin_unlock(&lock);
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    return printf("%d %d\n", busy, count) < 0;
}
