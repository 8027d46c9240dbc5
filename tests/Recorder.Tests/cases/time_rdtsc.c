// Time-stamp counter reads are part of the log.
#include <stdio.h>
#include <x86intrin.h>

int main(void) {
    unsigned cpu;
    unsigned long long a = __rdtsc(), b = __rdtscp(&cpu);
    printf("forward %d\n~ %llu %llu cpu %u\n", b > a, a, b, cpu);
    return 0;
}
