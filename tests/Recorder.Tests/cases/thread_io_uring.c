// io_uring is refused beside threads too; errno is the thread's own.
// flags: -pthread
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_barrier_t both;

static void *work(void *unused) {
    char nothing[256] = "";
    long result = syscall(SYS_io_uring_setup, 0, nothing);
    int first = errno;
    pthread_barrier_wait(&both);
    printf("~ %d\n", first);
    (void)unused;
    return (void *)(long)(result < 0 && first == errno && first != EBADF);
}

int main(void) {
    pthread_t thread;
    void *result;
    pthread_barrier_init(&both, NULL, 2);
    pthread_create(&thread, NULL, work, NULL);
    close(-1);
    pthread_barrier_wait(&both);
    int own = errno == EBADF;
    pthread_join(thread, &result);
    return printf("%d %ld\n", own, (long)result) < 0;
}
