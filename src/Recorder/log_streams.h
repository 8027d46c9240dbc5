// What writer and reader of a log both remember about its input, so that an event need not say it again
// (recorder_abi.h: SH_PAYLOAD_STREAM, _FD8, _NEXT; src/SelfHeal/Log/EventDecoder.cs).
#ifndef SELFHEAL_LOG_STREAMS_H
#define SELFHEAL_LOG_STREAMS_H

#include "recorder_abi.h"

#include <stdbool.h>
#include <stddef.h>

struct log_streams {
    int last;                         // descriptor of the last input, -1: none in this segment
    int next;                         // the one that is expected behind it, -1: none
    size_t size;                      // bytes of the last input
    uint8_t before[256], behind[256]; // the neighbours of each one, the last time
};

static inline void log_streams_start(struct log_streams *s) { *s = (struct log_streams){.last = -1, .next = -1}; }

// Servers serve their clients in the same order each time, or turn it round: on the way back the next one is the one
// that came before.
static inline void log_streams_note(struct log_streams *s, int fd, size_t size) {
    s->size = size;
    if (fd == s->last) return;
    bool known = fd < 256 && s->last >= 0 && s->last < 256;
    s->next = !known ? -1 : s->behind[fd] == s->last ? s->before[fd] : s->behind[fd];
    if (known) s->behind[s->last] = (uint8_t)fd, s->before[fd] = (uint8_t)s->last;
    s->last = fd;
}

static inline bool log_length_is_result(unsigned payload) {
    return payload == SH_PAYLOAD_STREAM || payload >= SH_PAYLOAD_STREAM_FD8;
}

#endif
