// Guards against a false divergence: without O_CREAT the register of the mode holds what was left there, which need not
// be the same in a replay (jemalloc's first open, through syscall(), in a replay with a trace).
// replay: --trace
#include <stdint.h>
#include <stdio.h>

// open() with the mode's register as malloc leaves rcx
static long open_with_rest(const char *path) {
    long fd;
    register uint64_t size __asm__("rdi") = 1000;
    __asm__ volatile("mov %%rsp, %%rbx\n\tlea -128(%%rsp), %%rsp\n\tand $-16, %%rsp\n\tcall malloc@PLT\n\tmov %%rbx, %%rsp\n\t"
                     "mov %%rcx, %%rdx\n\tmov %[path], %%rdi\n\txor %%esi, %%esi\n\tmov $2, %%eax\n\tsyscall"
                     : "=a"(fd), "+r"(size) : [path] "r"(path)
                     : "rbx", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "memory", "cc");
    return fd;
}

int main(void) {
    const char *volatile path = "/proc/sys/vm/overcommit_memory";
    long fd = open_with_rest(path);
    printf("%s\n", fd >= 0 ? "opened" : "not there");
    return 0;
}
