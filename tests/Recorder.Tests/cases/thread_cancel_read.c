// A thread is cancelled in a read that would wait for ever; its cleanup handlers run, the inner one first.
// flags: -pthread
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static int ends[2];

static void clean(void *name) { printf("clean %s\n", (char *)name); }

static void *work(void *unused) {
    char byte;
    pthread_cleanup_push(clean, "outer");
    pthread_cleanup_push(clean, "inner");
    printf("read %d\n", (int)read(ends[0], &byte, 1));
    pthread_cleanup_pop(0);
    pthread_cleanup_pop(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    void *result;
    if (pipe(ends))
        return 1;
    pthread_create(&thread, NULL, work, NULL);
    int cancelled = pthread_cancel(thread);
    pthread_join(thread, &result);
    return printf("%d %d\n", cancelled, result == PTHREAD_CANCELED) < 0;
}
