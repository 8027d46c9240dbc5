// Thread ids: their own in each thread, the process id in all.
// flags: -pthread
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *work(void *process) {
    printf("~ %d %d\n", gettid(), getpid());
    long right = gettid() != (long)process && getpid() == (long)process && gettid() == syscall(SYS_gettid);
    right += 2 * (tgkill(getpid(), gettid(), 0) == 0) + 4 * (pthread_equal(pthread_self(), pthread_self()) != 0);
    return (void *)right;
}

int main(void) {
    pthread_t threads[3];
    void *right;
    printf("%d\n", gettid() == getpid());
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, work, (void *)(long)getpid());
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], &right);
        printf("%ld\n", (long)right);
    }
    return 0;
}
