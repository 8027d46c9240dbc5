// Makes COUNT system calls that the recorder treats by its tables (times() cannot be answered without the kernel).
#include <stdlib.h>
#include <sys/times.h>

int main(int argc, char **argv) {
    long count = argc > 1 ? atol(argv[1]) : 1000000;
    struct tms t;
    for (long i = 0; i < count; i++)
        times(&t);
}
