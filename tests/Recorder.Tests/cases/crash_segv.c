// A wild write: the run ends with SIGSEGV, recorded and replayed.
// expect-exit: 139
#include <stdio.h>
#include <unistd.h>

__attribute__((noinline)) static void smash(long *to) { *to = 1; }

int main(void) {
    printf("~ about to fail %d\n", getpid());
    fflush(stdout);
    smash((long *)0x10);
    return 0;
}
