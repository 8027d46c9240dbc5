// What writer and reader of a log both remember about its input, so that an event need not say it again
// (recorder_abi.h: SH_PAYLOAD_STREAM, _FD8, _NEXT; src/SelfHeal/Log/EventDecoder.cs).
#ifndef SELFHEAL_LOG_STREAMS_H
#define SELFHEAL_LOG_STREAMS_H

#include "recorder_abi.h"

#include <stdbool.h>
#include <stddef.h>

struct log_streams {
    int last;            // descriptor of the last input, -1: none in this segment
    size_t size;         // its bytes
    uint8_t behind[256]; // the descriptor that came after each one, the last time
};

static inline void log_streams_start(struct log_streams *s) { *s = (struct log_streams){.last = -1}; }

// The descriptor that is expected next; -1: none.
static inline int log_streams_next(const struct log_streams *s) { return s->last >= 0 && s->last < 256 ? s->behind[s->last] : -1; }

static inline void log_streams_note(struct log_streams *s, int fd, size_t size) {
    s->size = size;
    if (fd == s->last) return;
    if (s->last >= 0 && s->last < 256 && fd < 256) s->behind[s->last] = (uint8_t)fd;
    s->last = fd;
}

static inline bool log_length_is_result(unsigned payload) {
    return payload == SH_PAYLOAD_STREAM || payload >= SH_PAYLOAD_STREAM_FD8;
}

#endif
