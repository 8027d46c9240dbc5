// Four threads answer a client each, and do so with a lock that is handed on to who has waited longest. Once all of them
// wait for it (the first one sleeps with it), nothing but the scheduler ends that: a thread that goes on with its next
// request before the next owner has run waits again. The clients are processes of their own.
#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS 4
#define REQUESTS 500 // of each client

struct waiter {
    pthread_cond_t owns;
    struct waiter *next;
    int granted;
};
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct waiter *first, **last = &first;
static int owned, answered, waits;
static int sockets[THREADS][2];

static void acquire(void) {
    struct waiter self = {PTHREAD_COND_INITIALIZER, NULL, 0};
    pthread_mutex_lock(&mutex);
    if (owned) {
        *last = &self;
        last = &self.next;
        waits++;
        while (!self.granted) pthread_cond_wait(&self.owns, &mutex);
    }
    owned = 1;
    pthread_mutex_unlock(&mutex);
}

static void hand_on(void) {
    pthread_mutex_lock(&mutex);
    struct waiter *next = first;
    if (next) {
        first = next->next;
        if (!first) last = &first;
        next->granted = 1;
        pthread_cond_signal(&next->owns);
    } else {
        owned = 0;
    }
    pthread_mutex_unlock(&mutex);
}

static void *answer(void *which) {
    int fd = sockets[(long)which][0];
    char request;
    for (ssize_t n; (n = recv(fd, &request, 1, MSG_DONTWAIT)) != 0;) {
        struct pollfd more = {fd, POLLIN, 0};
        if (n < 0) {
            poll(&more, 1, -1);
            continue;
        }
        acquire();
        if (!answered) usleep(20000); // the others come, and wait
        for (volatile int i = 0; i < 30000; i++);
        answered++;
        hand_on();
        send(fd, "!", 1, 0);
    }
    return NULL;
}

static void be_client(int fd) {
    char answer;
    for (int i = 0; i < REQUESTS; i++)
        if (send(fd, "?", 1, 0) != 1 || recv(fd, &answer, 1, 0) != 1) _exit(1);
    _exit(0);
}

int main(void) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    sched_setaffinity(0, sizeof one, &one);
    for (int i = 0; i < THREADS; i++) socketpair(AF_UNIX, SOCK_STREAM, 0, sockets[i]);
    for (int i = 0; i < THREADS; i++)
        if (!fork()) {
            for (int other = 0; other < THREADS; other++) close(sockets[other][0]);
            be_client(sockets[i][1]);
        }
    for (int i = 0; i < THREADS; i++) close(sockets[i][1]);
    pthread_t threads[THREADS];
    for (long i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, answer, (void *)i);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < THREADS; i++) wait(NULL);
    fprintf(stderr, "%d answers, %d waits\n", answered, waits);
    return answered != THREADS * REQUESTS || waits > answered / 20;
}
