// SIGALRM from an interval timer arrives between system calls; how often is the same in the replay.
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include <unistd.h>

static volatile int count;
static void on_alarm(int signo) { (void)signo; count++; }

int main(void) {
    signal(SIGALRM, on_alarm);
    struct itimerval timer = {{0, 2000}, {0, 2000}};
    setitimer(ITIMER_REAL, &timer, NULL);
    long calls = 0;
    unsigned long sum = 0;
    while (count < 20) {
        sum = sum * 31 + (unsigned long)getppid() + (unsigned long)count;
        calls++;
    }
    printf("%d\n~ %d %ld %lx\n", count >= 20, count, calls, sum);
    return 0;
}
