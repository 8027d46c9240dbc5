// SIGALRM in a loop that makes neither system calls nor allocations: the watchdog delivers it, and the replay, which
// cannot hit the same instruction, delivers it at the same allocation. One that comes later in the same run is there, too.
// uncontrolled: 1
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>

static volatile int count;
static void on_alarm(int signo) { (void)signo; count++; }

int main(void) {
    struct itimerval once = {{0, 0}, {0, 3000}};
    signal(SIGALRM, on_alarm);
    free(malloc(64));
    setitimer(ITIMER_REAL, &once, NULL);
    free(malloc(64));
    while (!count) {}
    setitimer(ITIMER_REAL, &once, NULL);
    while (count < 2) free(malloc(64));
    printf("%d\n", count);
    return 0;
}
