// Recursive and error-checking mutexes, and what each call of the wrong thread or state returns.
// flags: -pthread
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include "case.h"

static pthread_mutex_t recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_mutex_t checking = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
static pthread_mutex_t normal = PTHREAD_MUTEX_INITIALIZER;

static void *other(void *unused) {
    SAY(pthread_mutex_trylock(&recursive) == EBUSY);
    SAY(pthread_mutex_unlock(&recursive) == EPERM);
    SAY(pthread_mutex_unlock(&checking) == EPERM);
    SAY(pthread_mutex_trylock(&checking) == EBUSY);
    SAY(pthread_mutex_destroy(&normal) == EBUSY);
    SAY(pthread_join(pthread_self(), NULL) == EDEADLK);
    return unused;
}

int main(void) {
    pthread_t thread;
    for (int i = 0; i < 2; i++)
        SAY(pthread_mutex_lock(&recursive));
    SAY(pthread_mutex_trylock(&recursive));
    SAY(pthread_mutex_lock(&checking));
    SAY(pthread_mutex_lock(&checking) == EDEADLK);
    SAY(pthread_mutex_trylock(&checking) == EBUSY);
    SAY(pthread_mutex_lock(&normal));
    SAY(pthread_mutex_trylock(&normal) == EBUSY);
    pthread_create(&thread, NULL, other, NULL), pthread_join(thread, NULL);
    for (int i = 0; i < 3; i++)
        SAY(pthread_mutex_unlock(&recursive));
    SAY(pthread_mutex_unlock(&recursive) == EPERM);
    SAY(pthread_mutex_unlock(&checking));
    SAY(pthread_mutex_unlock(&checking) == EPERM);
    return puts("") < 0;
}
