// A signal without a handler ends the program.
// expect-exit: 143
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int main(void) {
    puts("before");
    fflush(stdout);
    kill(getpid(), SIGTERM);
    return 1;
}
