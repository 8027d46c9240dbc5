// System calls by syscall(2) and by an instruction of the program's own.
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

static long own_getpid(void) {
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(SYS_getpid) : "rcx", "r11", "memory");
    return result;
}

int main(void) {
    printf("%d %d\n", own_getpid() == getpid(), syscall(SYS_gettid) == getpid());
    printf("~ %ld\n", own_getpid());
    printf("%ld\n", syscall(SYS_write, 99, "x", 1));
    return 0;
}
