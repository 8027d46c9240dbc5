// atexit handlers and buffered output at exit; a code of its own.
// expect-exit: 33
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void last(void) { printf("~ last words of %d\n", getpid()); }

__attribute__((constructor)) static void first(void) { printf("~ constructor in %d\n", getpid()); }

int main(void) {
    atexit(last);
    printf("no newline at the end");
    printf("\n");
    exit(33);
}
