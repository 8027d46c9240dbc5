// Standard output that is a file: what was written is changed later, as zip does.
#include <stdio.h>
#include <unistd.h>

int main(void) {
    printf("size ....\nmore\n");
    fflush(stdout);
    printf("~ %ld\n", (long)lseek(1, 0, SEEK_CUR));
    fflush(stdout);
    if (lseek(1, 5, SEEK_SET) == 5)
        dprintf(1, "%04d", 4711);
    lseek(1, 0, SEEK_END);
    return printf("end\n") < 0;
}
