// pthread_kill at a thread that reads from a pipe: without SA_RESTART it gives EINTR, with it the read goes on.
// flags: -pthread
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

static int ends[2];
static atomic_int handled, interrupted;

static void on_signal(int signo) { handled += signo == SIGUSR2; }

static void *work(void *unused) {
    sigset_t first = {{1ul << (SIGUSR1 - 1)}};
    char byte = 0;
    int result = (int)read(ends[0], &byte, 1), error = errno;
    pthread_sigmask(SIG_BLOCK, &first, NULL); // a late one is of no interest
    interrupted = 1;
    int second = (int)read(ends[0], &byte, 1);
    printf("%d %d %d %c\n", result, error == EINTR, second, byte);
    return unused;
}

int main(void) {
    struct sigaction action = {.sa_handler = on_signal};
    pthread_t thread;
    sigaction(SIGUSR1, &action, NULL);
    action.sa_flags = SA_RESTART;
    if (sigaction(SIGUSR2, &action, NULL) || pipe(ends))
        return 1;
    pthread_create(&thread, NULL, work, NULL);
    for (; !interrupted; usleep(1000))
        pthread_kill(thread, SIGUSR1);
    for (; handled < 3; usleep(1000))
        pthread_kill(thread, SIGUSR2);
    return write(ends[1], "x", 1) != 1 || pthread_join(thread, NULL);
}
