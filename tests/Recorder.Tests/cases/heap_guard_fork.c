// A forked child keeps using its guarded blocks, and what it does wrong is not the recorded program's finding.
// record: --guard
// replay: --guard
// expect-report: ^overflows 0$
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    volatile char *block = malloc(64);
    void *other = malloc(64);
    pid_t child = fork();
    if (child == 0) {
        block[64 + 24] = 1;
        free((void *)block);
        _exit(malloc(100) ? 3 : 4);
    }
    int status;
    waitpid(child, &status, 0);
    printf("%d %d\n", WEXITSTATUS(status), other != NULL);
    return 0;
}
