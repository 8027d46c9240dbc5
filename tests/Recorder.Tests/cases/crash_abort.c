// abort: the run ends with SIGABRT, recorded and replayed.
// expect-exit: 134
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(void) {
    printf("~ about to abort %d\n", getpid());
    fflush(stdout);
    abort();
}
