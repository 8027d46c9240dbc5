// vfork, an exec that fails, and one that works.
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int status;
    pid_t child = vfork();
    if (child == 0) {
        execl("/nonexistent", "x", (char *)NULL);
        execl("/bin/sh", "sh", "-c", "exit 4", (char *)NULL);
        _exit(99);
    }
    printf("%d ", wait(&status) == child);
    printf("%d\n", WEXITSTATUS(status));
    return 0;
}
