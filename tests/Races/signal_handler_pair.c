// Main keeps two counters equal, with a log entry in between; a signal handler, which interrupts it, compares them.
// Class:    signal against main's state.
// Window:   in main, from the first store to the second one: before the write.
// Fails:    abort, signal 6: the handler finds them different.
// Schedule: the other thread's pthread_kill within the window; a hold at main's pthread_mutex_unlock for 2 places
//           lets the signal come later.
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static volatile sig_atomic_t begun, ended, handled;
static pthread_t main_thread;
static int rounds;

static void on_signal(int signo) {
    (void)signo;
    if (begun != ended)
        abort();
    handled = 1;
}

static void *interrupt(void *unused) {
    pthread_mutex_lock(&lock);
    rounds++;
    pthread_mutex_unlock(&lock);
    pthread_kill(main_thread, SIGUSR1);
    return unused;
}

int main(void) {
    pthread_t thread;
    sigset_t blocked;
    int log = open("/dev/null", O_WRONLY);
    signal(SIGUSR1, on_signal);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    main_thread = pthread_self();
    pthread_create(&thread, NULL, interrupt, NULL);
    for (int i = 0; i < 4; i++) {
        pthread_mutex_lock(&lock);
        rounds++;
        pthread_mutex_unlock(&lock);
#ifdef FIXED
        pthread_sigmask(SIG_BLOCK, &blocked, NULL);
#endif
        begun = begun + 1;
        if (write(log, "step\n", 5) != 5)
            return 2;
        ended = ended + 1;
#ifdef FIXED
        pthread_sigmask(SIG_UNBLOCK, &blocked, NULL);
#endif
    }
    pthread_join(thread, NULL);
    pthread_sigmask(SIG_UNBLOCK, &blocked, NULL);
    return printf("rounds %d, handled %d\n", rounds, handled) < 0;
}
