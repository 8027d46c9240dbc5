// Two hundred threads, alive at the same time.
// flags: -pthread
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t all_here = PTHREAD_COND_INITIALIZER;
static int here;

static void *work(void *argument) {
    pthread_mutex_lock(&lock);
    if (++here == 200)
        pthread_cond_broadcast(&all_here);
    while (here < 200)
        pthread_cond_wait(&all_here, &lock);
    pthread_mutex_unlock(&lock);
    return argument;
}

int main(void) {
    pthread_t threads[200];
    pthread_attr_t attributes;
    long sum = 0;
    void *one;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 1 << 16);
    for (long i = 0; i < 200; i++)
        if (pthread_create(&threads[i], &attributes, work, (void *)i))
            return 1;
    for (int i = 0; i < 200; i++) {
        pthread_join(threads[i], &one);
        sum += (long)one;
    }
    return printf("%d %ld\n", here, sum) < 0;
}
