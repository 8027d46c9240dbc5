// The recorded standard input that a replay has not used when it goes live.
#ifndef SELFHEAL_LIVE_INPUT_H
#define SELFHEAL_LIVE_INPUT_H

// Makes descriptor 0 give the rest of the recorded input, then what it had itself.
void live_input_prepare(void);

#endif
