// Random bytes of the kernel: getrandom, getentropy, /dev/urandom.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

int main(void) {
    unsigned long a = 0, b = 0, c = 0;
    int fd = open("/dev/urandom", O_RDONLY);
    printf("%d %d %d\n", (int)getrandom(&a, sizeof a, 0), getentropy(&b, sizeof b), (int)read(fd, &c, sizeof c));
    printf("~ %lx %lx %lx\n", a, b, c);
    srandom(a);
    printf("~ %ld\n", random());
    return 0;
}
