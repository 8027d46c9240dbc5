// The recorded standard input that a replay has not used when it goes live.
#ifndef SELFHEAL_LIVE_INPUT_H
#define SELFHEAL_LIVE_INPUT_H

#include "replay.h"

// In turn: before, for each event of the rest of the log, and behind it.
void live_input_begin(void);
void live_input_rest(const struct replay_event *e);
void live_input_end(void);

#endif
