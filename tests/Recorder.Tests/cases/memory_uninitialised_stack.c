// What a function leaves on the stack is the same in the replay, also below the recorder's feet.
// flags: -O0 -Wno-uninitialized -Wno-maybe-uninitialized
#include <stdio.h>
#include <string.h>
#include <unistd.h>

__attribute__((noinline)) static unsigned long sum(void) {
    volatile unsigned char left[2000];
    unsigned long total = 0;
    for (unsigned i = 0; i < sizeof left; i++)
        total = total * 31 + left[i];
    return total;
}

int main(void) {
    char name[256];
    getcwd(name, sizeof name);
    printf("~ %lx\n", sum());
    getppid();
    printf("~ %lx\n", sum());
    return 0;
}
