// Readers and writers: the readers never see a half-written pair.
// flags: -pthread
#include <pthread.h>
#include <stdio.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static int a, b, torn;

static void *write_pair(void *unused) {
    for (int i = 0; i < 50; i++) {
        pthread_rwlock_wrlock(&lock);
        a++, b++;
        pthread_rwlock_unlock(&lock);
    }
    return unused;
}

static void *read_pair(void *unused) {
    long sum = 0;
    for (int i = 0; i < 50; i++) {
        pthread_rwlock_rdlock(&lock);
        sum += a;
        if (a != b)
            torn = 1;
        pthread_rwlock_unlock(&lock);
    }
    printf("~ %ld\n", sum);
    return unused;
}

int main(void) {
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, i % 2 ? read_pair : write_pair, NULL);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    return printf("%d %d %d\n", a, b, torn) < 0;
}
