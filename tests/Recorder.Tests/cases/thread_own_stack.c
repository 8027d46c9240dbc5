// A thread on a stack that the program gives it, and what pthread_getattr_np says of it.
// flags: -pthread
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static void *work(void *stack) {
    char local, *top = (char *)stack + (1 << 17);
    pthread_attr_t attributes;
    void *address;
    size_t size;
    pthread_getattr_np(pthread_self(), &attributes);
    pthread_attr_getstack(&attributes, &address, &size);
    long right = address == stack && size == 1 << 17 && &local >= (char *)stack && &local < top;
    pthread_attr_destroy(&attributes);
    return (void *)right;
}

int main(void) {
    pthread_attr_t attributes;
    pthread_t thread;
    void *stack = aligned_alloc(4096, 1 << 17), *right;
    pthread_attr_init(&attributes);
    for (int i = 0; i < 2; i++) {
        printf("%d ", pthread_attr_setstack(&attributes, stack, 1 << 17));
        printf("%d ", pthread_create(&thread, &attributes, work, stack));
        pthread_join(thread, &right);
        printf("%ld\n", (long)right);
    }
    free(stack);
    return 0;
}
