// The start of a run: where the program lies, and the random bytes that the kernel gave it.
#ifndef SELFHEAL_RUN_START_H
#define SELFHEAL_RUN_START_H

#include "recorder_abi.h"

// Creates the log with its START event. 0 or a negative errno.
int run_start_record(const struct sh_start *now);
// Opens the source run's log, compares its START event with `now` and gives the program the recorded random
// bytes. 0 or a negative errno (replay_damage says why).
// `frame`: the lowest address of the program's stack in use.
int run_start_replay(const struct sh_start *now, uint64_t *frame);

#endif
