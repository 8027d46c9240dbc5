// What the hook does with events now.
#ifndef SELFHEAL_RUN_MODE_H
#define SELFHEAL_RUN_MODE_H

enum run_mode {
    RUN_RECORD = 1, // for real, logged
    RUN_REPLAY = 2, // from the source run's log
    RUN_LIVE = 3,   // for real, not logged: a replay that went live
};
extern enum run_mode run_mode;

// Replay, in malloc: the next event is a signal and its place has come; puts it on the delivery list.
void run_replay_signal(void);

// Replay: the log was cut short, and the program has gone on long enough without an event: ends the replay.
void run_log_end(void);

// Replay: goes over to live execution, with the input that the rest of the log holds.
void run_go_live(void);

struct sh_start;
// Replay: what the recorded run's START event says.
void run_set_recorded(const struct sh_start *start);
// Replay: notes uncontrolled markers that stand before the next event.
void run_skip_markers(void);

#endif
