// A thread whose stack does not fit into the address space: EAGAIN, and the next one starts.
// flags: -pthread
#include <errno.h>
#include <pthread.h>
#include <stdio.h>

static void *work(void *argument) { return argument; }

int main(void) {
    pthread_t thread;
    pthread_attr_t attributes;
    void *result;
    pthread_attr_init(&attributes);
    printf("%d ", pthread_attr_setstacksize(&attributes, 1ul << 47));
    printf("%d ", pthread_create(&thread, &attributes, work, NULL) == EAGAIN);
    printf("%d ", pthread_attr_setstacksize(&attributes, 100) == EINVAL);
    printf("%d ", pthread_create(&thread, NULL, work, (void *)7));
    pthread_join(thread, &result);
    return printf("%ld\n", (long)result) < 0;
}
