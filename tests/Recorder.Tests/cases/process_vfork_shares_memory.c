// What a vfork child stores is the parent's: here the errno of an exec that failed.
#include <errno.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    volatile int error = 0;
    pid_t child = vfork();
    if (child == 0) {
        execl("/nonexistent", "x", (char *)NULL);
        error = errno;
        _exit(99);
    }
    printf("%d ", wait(NULL) == child);
    printf("%d\n", error == ENOENT);
    return 0;
}
