// Time in a replay that has gone live: where nobody could use it, it passes at once.
#ifndef SELFHEAL_LIVE_TIME_H
#define SELFHEAL_LIVE_TIME_H

#include <stdbool.h>
#include <stdint.h>

// `ns` have passed for the program, and its clocks have gone on by as much; false: it has to wait for real.
bool live_time_passes(uint64_t ns);
// What has passed like this, in ns.
uint64_t live_time_passed(void);
// The program is about to make this call: one that arms a timer ends all this.
void live_time_watch(unsigned nr);

#endif
