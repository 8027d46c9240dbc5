// Names of threads: by prctl, by pthread_setname_np on itself and on another one.
// flags: -pthread
#define _GNU_SOURCE
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/prctl.h>

static sem_t named, done;

static void *work(void *unused) {
    char name[16] = "";
    prctl(PR_SET_NAME, "first name");
    prctl(PR_GET_NAME, name);
    printf("%s\n", name);
    sem_post(&named);
    while (sem_wait(&done)) {}
    prctl(PR_GET_NAME, name);
    printf("%s\n", name);
    return unused;
}

int main(void) {
    pthread_t thread;
    char name[16] = "";
    sem_init(&named, 0, 0), sem_init(&done, 0, 0);
    pthread_create(&thread, NULL, work, NULL);
    while (sem_wait(&named)) {}
    int result = pthread_setname_np(thread, "second name");
    result += pthread_setname_np(pthread_self(), "main name");
    sem_post(&done);
    pthread_join(thread, NULL);
    prctl(PR_GET_NAME, name);
    return printf("%s %d\n", name, result) < 0;
}
