// Reads the event log of the source run, for replay.
#ifndef SELFHEAL_REPLAY_H
#define SELFHEAL_REPLAY_H

#include "recorder_abi.h"

#include <stdbool.h>
#include <stddef.h>

struct replay_event {
    unsigned code;
    uint16_t check;
    unsigned result_form;
    int64_t result;        // SH_RESULT_COUNT: to be replaced by the call's count
    int fd;                // stream input: descriptor, else -1
    const uint8_t *stream;
    size_t stream_size;
    const uint8_t *blob;
    size_t blob_size;
};

// Opens the log of `run` at a segment. 0 or a negative errno; -EBADMSG: damaged, `text` says what and where.
int replay_open(const char *run, unsigned first_segment, char *text, size_t size);
// Is there a segment behind the one being read? Its index, or -1.
int replay_next_segment(void);
// The next event, or NULL at the log's end. The same one until replay_take. A damaged event ends the log
// and sets replay_damage.
const struct replay_event *replay_peek(void);
void replay_take(void);
// Called when the last event of a log that was cut short (a kill) has been taken; implemented in run.c.
void replay_ran_out(void);
// The recorded result of the event for a call with byte count `count`.
int64_t replay_result(const struct replay_event *e, uint64_t count);
// The descriptor that the recorded program got by this event, -1: none. `*from`: the one that it is another name of,
// where input may come by it; else -1.
int replay_makes_descriptor(const struct replay_event *e, int *from);
extern const char *replay_damage; // NULL, or a sentence

#endif
