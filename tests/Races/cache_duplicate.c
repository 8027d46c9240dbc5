// A cache: look up with the lock, compute without it, insert with it.
// Class:    time of check, time of use in a cache.
// Window:   behind the unlock of the look-up, before the lock of the insertion; the computation reads a file.
// Fails:    exit 1, a key is in the cache twice.
// Schedule: the other thread's look-up of the same key within the window; a hold at the look-up's unlock for
//           3 places closes it.
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include "race.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
    int key, value;
} cache[16];
static int count, source;

static int find(int key) {
    for (int i = 0; i < count; i++)
        if (cache[i].key == key)
            return i;
    return -1;
}

static int get(int key) {
    char byte;
    pthread_mutex_lock(&lock);
    int at = find(key);
#ifndef FIXED
    pthread_mutex_unlock(&lock);
#endif
    if (at < 0) {
        if (pread(source, &byte, 1, key) != 1)
            fail("the source cannot be read");
#ifndef FIXED
        pthread_mutex_lock(&lock);
#endif
        at = count++;
        cache[at].key = key;
        cache[at].value = byte + key;
#ifndef FIXED
        pthread_mutex_unlock(&lock);
#endif
    }
#ifdef FIXED
    int value = cache[at].value;
    pthread_mutex_unlock(&lock);
    return value;
#else
    return cache[at].value;
#endif
}

static void *work(void *unused) {
    (void)unused;
    long sum = 0;
    for (int key = 0; key < 3; key++)
        sum += get(key);
    return (void *)sum;
}

int main(void) {
    pthread_t threads[2];
    void *sums[2];
    source = open("/dev/zero", O_RDONLY);
    pthread_create(&threads[0], NULL, work, NULL);
    own_share();
    pthread_create(&threads[1], NULL, work, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], &sums[i]);
    if (count != 3)
        fail("a key is in the cache twice");
    return printf("keys %d, sums %ld %ld\n", count, (long)sums[0], (long)sums[1]) < 0;
}
