// A second thread, with a value in and a value out.
// flags: -pthread
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static void *work(void *argument) {
    printf("~ thread %d of %d at %p\n", gettid(), getpid(), (void *)&argument);
    return (char *)argument + 1;
}

int main(void) {
    pthread_t thread;
    void *result;
    printf("%d\n", pthread_create(&thread, NULL, work, (void *)41));
    printf("%d ", pthread_join(thread, &result));
    return printf("%ld\n", (long)result) < 0;
}
