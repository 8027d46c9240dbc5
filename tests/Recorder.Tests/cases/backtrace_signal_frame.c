// The failure's call stack goes through the frame of a signal to the function that was interrupted.
// expect-exit: 134
// expect-report: ^failure_stack (0x[0-9a-f]+ ?){10,}$
#include <signal.h>
#include <stdlib.h>

static void handler(int signal) { (void)signal; abort(); }
__attribute__((noinline)) static int interrupted(volatile int *p) {
    int value = *p;
    return value + 1;
}

int main(void) {
    signal(SIGSEGV, handler);
    return interrupted((int *)16);
}
