// The program becomes another one: the log ends there, its environment is the program's own.
// expect-exit: 6
// replay-exit: 0
#include <stdio.h>
#include <unistd.h>

int main(void) {
    printf("~ before %d\n", getpid());
    fflush(stdout);
    execl("/bin/sh", "sh", "-c", "exit 6", (char *)NULL);
    return 1;
}
