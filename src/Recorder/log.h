// The event log of this run: append only, in mapped segments (docs/event-log.md, recorder_abi.h).
#ifndef SELFHEAL_LOG_H
#define SELFHEAL_LOG_H

#include "recorder_abi.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/uio.h>

// What an event carries beside its result. The pieces are copied one behind the other.
struct log_payload {
    int fd;                     // stream input: its descriptor, -1: no stream input
    const struct iovec *stream; // input bytes
    unsigned stream_count;
    size_t stream_size;         // total: at most this much of the pieces is taken
    const struct iovec *blob;
    unsigned blob_count;
    size_t blob_size;
};

// The zeros that make a segment's number six digits long.
static inline const char *log_zeros(unsigned index) {
    const char *zeros = "00000";
    for (; index >= 10 && *zeros; index /= 10) zeros++;
    return zeros;
}
// Creates a segment in RUN/events: number 0, or one behind the log of the image that this one replaced,
// which is sealed. 0 or a negative errno.
int log_open(unsigned first_segment);
// The number of the segment behind the current one.
unsigned log_next_segment(void);
bool log_is_open(void);
// Appends one event. `count` is the call's byte count (arg 2), against which the result is shortened.
// When the disk is full the log stops (log_failed is called once) and nothing is appended any more.
void log_append(unsigned code, uint32_t check, int64_t result, uint64_t count, const struct log_payload *payload);
// The shortest of all: a positive result below 65536, for a stream input (`bytes`, from the same descriptor as
// the last one) or none. False: not possible now, use log_append.
bool log_append_fast(unsigned code, uint32_t check, long result, uint64_t count, int fd, const void *bytes);
// The same with a result relative to the previous one of this code.
void log_append_delta(unsigned code, uint64_t value);
// Appends an event whose payload is one block of bytes.
void log_append_blob(unsigned code, int64_t result, const void *bytes, size_t size);
// Takes back the last appended event: an exec that failed.
void log_undo(void);
// Seals the last segment. Idempotent.
void log_close(void);
// Called by log_append when no more can be written; implemented in entry.c.
void log_failed(int error);

#endif
