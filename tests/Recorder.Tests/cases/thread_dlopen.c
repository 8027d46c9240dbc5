// A thread loads a library and calls it, while another one allocates.
// flags: -pthread
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static void *load(void *unused) {
    void *library = dlopen("libm.so.6", RTLD_NOW);
    double (*cosine)(double) = library ? (double (*)(double))dlsym(library, "cos") : NULL;
    (void)unused;
    return (void *)(cosine ? (long)(cosine(0) * 100) : -1);
}

static void *allocate(void *unused) {
    for (size_t i = 1; i < 500; i++)
        free(malloc(i * 20));
    return unused;
}

int main(void) {
    pthread_t threads[2];
    void *result;
    pthread_create(&threads[0], NULL, load, NULL);
    pthread_create(&threads[1], NULL, allocate, NULL);
    pthread_join(threads[1], NULL);
    pthread_join(threads[0], &result);
    return printf("%ld\n", (long)result) < 0;
}
