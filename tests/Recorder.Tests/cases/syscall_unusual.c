// io_uring is refused so that programs fall back; errors keep their numbers.
#include <errno.h>
#include "case.h"
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
    char nothing[256] = "";
    long result = syscall(SYS_io_uring_setup, 0, nothing);
    printf("%d\n", result < 0);
    SAY(close(-1));
    printf("%s ", strerror(errno));
    printf("%d ", chdir("/nonexistent"));
    printf("%s\n", strerror(errno));
    return 0;
}
