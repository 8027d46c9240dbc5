// A fault that the program handles itself stays its own.
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include "case.h"
#include <sys/mman.h>

static sigjmp_buf back;
static void *volatile where;
static void on_fault(int signo, siginfo_t *info, void *context) {
    (void)context;
    where = info->si_addr;
    siglongjmp(back, signo);
}

int main(void) {
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGFPE, &action, NULL);
    char *page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int signo = sigsetjmp(back, 1);
    if (signo == 0)
        page[100] = 1;
    printf("signal %d %d\n", signo, where == page + 100);
    volatile int zero = 0, one = 1;
    signo = sigsetjmp(back, 1);
    if (signo == 0)
        printf("%d\n", one / zero);
    return printf("signal %d\n", signo) < 0;
}
