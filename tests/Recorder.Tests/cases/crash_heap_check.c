// glibc's own heap check ends the program.
// flags: -Wno-free-nonheap-object -Wno-use-after-free
// expect-exit: 134
// expect-stderr: free(): double free detected
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    void *volatile p = malloc(40);
    free(p);
    free(p);
    return 0;
}
