// Sleeping takes its time natively; a replay does not wait, but sees the same clock.
#include <stdio.h>
#include <time.h>
#include <unistd.h>

int main(void) {
    struct timespec a, b, pause = {.tv_nsec = 30000000};
    clock_gettime(CLOCK_MONOTONIC, &a);
    printf("%d ", nanosleep(&pause, NULL));
    printf("%d ", usleep(10000));
    printf("%d\n", clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL));
    clock_gettime(CLOCK_MONOTONIC, &b);
    long ms = (b.tv_sec - a.tv_sec) * 1000 + (b.tv_nsec - a.tv_nsec) / 1000000;
    printf("slept %d\n~ %ld ms\n", ms >= 69, ms);
    return 0;
}
