// What the programs here share: the visible end of a failing run, and work that is no place.
#ifndef RACES_RACE_H
#define RACES_RACE_H
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// One sentence on stderr, exit code 1. Does not wait for the other threads.
static inline void fail(const char *sentence) {
    if (write(2, sentence, strlen(sentence)) < 0 || write(2, "\n", 1) < 0)
        abort();
    _exit(1);
}

// Plain computing for about 0.2 ms, always outside of the racy window: a thread's own share of the work. On several
// cores it gives the other thread time to leave its window, so that a failing twin hardly ever fails natively.
static inline void own_share(void) {
    volatile unsigned value = 1;
    for (int i = 0; i < 120000; i++)
        value = value * 1664525 + 1013904223;
}
#endif
