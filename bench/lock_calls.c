// Locks and unlocks a mutex that nobody else wants, COUNT times, while a second thread is there (without one, the
// recorder does nothing): what a pthread call costs, with and without the recorder.
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int pipe_ends[2];

static void *wait_for_end(void *unused) {
    char byte;
    if (read(pipe_ends[0], &byte, 1) < 0) abort();
    return unused;
}

int main(int argc, char **argv) {
    long count = argc > 1 ? atol(argv[1]) : 1000000;
    pthread_t other;
    if (pipe(pipe_ends) < 0 || pthread_create(&other, NULL, wait_for_end, NULL) != 0) abort();
    for (long i = 0; i < count; i++) {
        pthread_mutex_lock(&mutex);
        pthread_mutex_unlock(&mutex);
    }
    if (write(pipe_ends[1], "x", 1) != 1) abort();
    pthread_join(other, NULL);
}
