// A thread waits for SIGTERM and closes the log then; main looks at the stop flag, and writes to the log behind it.
// Class:    signal (a sigwait thread) against main's state.
// Window:   in main, behind the unlock after the look at `stop` and before the write.
// Fails:    exit 1, the write has no open file.
// Schedule: the signal thread's section within the window; a hold at main's unlock for 2 places closes it.
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include "race.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sigset_t signals;
static int stop, file, said;

static void *wait_for_signal(void *unused) {
    int signo = 0;
    sigwait(&signals, &signo);
    pthread_mutex_lock(&lock);
    stop = signo;
    close(file);
    pthread_mutex_unlock(&lock);
    return unused;
}

static void *send_signal(void *unused) {
    kill(getpid(), SIGTERM);
    return unused;
}

int main(void) {
    pthread_t threads[2];
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    file = open("/dev/null", O_WRONLY);
    pthread_create(&threads[0], NULL, wait_for_signal, NULL);
    pthread_create(&threads[1], NULL, send_signal, NULL);
    for (int i = 0; i < 4; i++) {
        pthread_mutex_lock(&lock);
        int stopped = stop;
#ifndef FIXED
        pthread_mutex_unlock(&lock);
#endif
        if (!stopped && write(file, "step\n", 5) != 5)
            fail("the log was closed before the last line");
#ifdef FIXED
        pthread_mutex_unlock(&lock);
#endif
        said++;
    }
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    return printf("stopped by %d after %d\n", stop, said) < 0;
}
