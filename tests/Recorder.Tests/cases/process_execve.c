// The program becomes another one, which stays under the recorder.
// expect-exit: 6
#include <stdio.h>
#include <unistd.h>

int main(void) {
    printf("~ before %d\n", getpid());
    fflush(stdout);
    execl("/bin/sh", "sh", "-c", "exit 6", (char *)NULL);
    return 1;
}
