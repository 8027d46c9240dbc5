// A detached thread gets a job on its creator's stack, and says that it has it before it has copied it.
// Class:    thread exit against the creator's stack data.
// Window:   in the thread, behind the first sem_post and before the copy: before its lock.
// Fails:    abort, signal 6: the job's mark is gone, the creator's next call has overwritten it.
// Schedule: the creator returns and makes its next call within the window; a hold at sem_post for 2 places
//           lets the copy be first.
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include "race.h"

struct job {
    unsigned mark, value, padding[30];
};
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sem_t taken, ended;
static int sum;

static void *work(void *argument) {
    const volatile struct job *job = argument;
#ifndef FIXED
    sem_post(&taken);
#endif
    pthread_mutex_lock(&lock);
    unsigned mark = job->mark, value = job->value;
    sum += value;
    pthread_mutex_unlock(&lock);
#ifdef FIXED
    sem_post(&taken);
#endif
    if (mark != 0x600df00d)
        abort();
    sem_post(&ended);
    return NULL;
}

__attribute__((noinline)) static void start(int value) {
    struct job job = {0x600df00d, value, {0}};
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_create(&thread, &attributes, work, &job);
    own_share();
    while (sem_wait(&taken) != 0) {}
}

__attribute__((noinline)) static int print_header(void) {
    volatile char text[512];
    for (unsigned i = 0; i < sizeof text; i++)
        text[i] = '-';
    return text[17];
}

int main(void) {
    sem_init(&taken, 0, 0);
    sem_init(&ended, 0, 0);
    for (int i = 1; i <= 3; i++) {
        start(i);
        if (print_header() != '-')
            return 2;
        while (sem_wait(&ended) != 0) {}
    }
    return printf("sum %d\n", sum) < 0;
}
