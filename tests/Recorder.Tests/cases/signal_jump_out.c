// siglongjmp out of a handler, as servers do on a timeout.
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static sigjmp_buf back;
static void on_alarm(int signo) { siglongjmp(back, signo); }

int main(void) {
    signal(SIGALRM, on_alarm);
    int ends[2];
    char byte;
    pipe(ends);
    for (volatile int i = 0; i < 3; i++) {
        int signo = sigsetjmp(back, 1);
        if (signo == 0) {
            ualarm(10000, 0);
            read(ends[0], &byte, 1);
            puts("never");
        } else {
            printf("timeout %d %d\n", i, signo);
        }
    }
    return 0;
}
