// Code, stack, heap and mapped addresses are the same in the replay.
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int main(void) {
    int here;
    void *small = malloc(100), *large = malloc(10 << 20);
    void *mapped = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    printf("~ main %p stack %p small %p large %p mapped %p brk %p printf %p\n", (void *)main, (void *)&here, small, large,
           mapped, sbrk(0), (void *)printf);
    munmap(mapped, 1 << 20);
    free(large);
    free(small);
    printf("~ again %p\n", mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    return 0;
}
