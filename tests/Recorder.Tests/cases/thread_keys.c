// Thread-local storage: __thread variables, keys with destructors, one of which sets its key again.
// flags: -pthread
#include <pthread.h>
#include <stdio.h>

static pthread_key_t first, second;
static __thread int own = 5;
static int destroyed, again;

static void destroy_first(void *value) { destroyed += (int)(long)value; }
static void destroy_second(void *value) {
    again++;
    if ((long)value > 1)
        pthread_setspecific(second, (char *)value - 1);
}

static void *work(void *argument) {
    own += (int)(long)argument;
    pthread_setspecific(first, argument);
    pthread_setspecific(second, (void *)3);
    return (void *)(own + (long)pthread_getspecific(first));
}

int main(void) {
    void *result;
    pthread_key_create(&first, destroy_first);
    pthread_key_create(&second, destroy_second);
    for (long i = 1; i <= 3; i++) {
        pthread_t thread;
        pthread_create(&thread, NULL, work, (void *)i);
        pthread_join(thread, &result);
        printf("%ld %d %d\n", (long)result, destroyed, again);
    }
    return printf("%d %d\n", own, pthread_getspecific(first) == NULL) < 0;
}
