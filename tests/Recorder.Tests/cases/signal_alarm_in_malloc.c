// SIGALRM in a loop that allocates and makes no system call.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>

static volatile int count;
static void on_alarm(int signo) { (void)signo; count++; }

int main(void) {
    signal(SIGALRM, on_alarm);
    struct itimerval timer = {{0, 3000}, {0, 3000}};
    setitimer(ITIMER_REAL, &timer, NULL);
    long loops = 0, seen = 0;
    while (count < 5) {
        void *p = malloc(64);
        seen += count * loops;
        free(p);
        loops++;
    }
    printf("%d\n~ %d %ld %ld\n", count >= 5, count, loops, seen);
    return 0;
}
