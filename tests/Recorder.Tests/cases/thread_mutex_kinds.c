// Mutexes that four threads contend for: with priority inheritance, shared between processes, both, robust.
// flags: -pthread
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>

static pthread_mutex_t *locks;
static int counts[4];

static void *work(void *unused) {
    for (int i = 0; i < 200; i++) {
        pthread_mutex_lock(&locks[i % 4]);
        counts[i % 4]++;
        pthread_mutex_unlock(&locks[i % 4]);
    }
    return unused;
}

int main(void) {
    pthread_t threads[4];
    locks = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (int i = 0; i < 4; i++) {
        pthread_mutexattr_t attributes;
        pthread_mutexattr_init(&attributes);
        if (i == 0 || i == 2)
            pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
        if (i == 1 || i == 2)
            pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
        if (i == 3)
            pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
        printf("%d ", pthread_mutex_init(&locks[i], &attributes));
    }
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    return printf("%d %d %d %d\n", counts[0], counts[1], counts[2], counts[3]) < 0;
}
