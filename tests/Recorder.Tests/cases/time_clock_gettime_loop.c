// Clocks through the vDSO, many times, and the coarse ones.
#include <stdio.h>
#include <time.h>

int main(void) {
    struct timespec t, last = {0};
    int back = 0;
    for (int i = 0; i < 2000; i++) {
        clock_gettime(CLOCK_MONOTONIC, &t);
        back += t.tv_sec < last.tv_sec || (t.tv_sec == last.tv_sec && t.tv_nsec < last.tv_nsec);
        last = t;
    }
    printf("backward %d\n~ last %ld.%09ld\n", back, (long)t.tv_sec, t.tv_nsec);
    clockid_t ids[] = {CLOCK_REALTIME, CLOCK_REALTIME_COARSE, CLOCK_MONOTONIC_RAW, CLOCK_PROCESS_CPUTIME_ID, CLOCK_BOOTTIME};
    for (int i = 0; i < 5; i++) {
        clock_gettime(ids[i], &t);
        printf("~ clock %d %ld.%09ld\n", (int)ids[i], (long)t.tv_sec, t.tv_nsec);
    }
    return 0;
}
