// Input that is looked at before it is read: of sockets, of pipes and FIFOs, and of a standard input that is a file.
#ifndef SELFHEAL_DROP_LOOK_H
#define SELFHEAL_DROP_LOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOOK_AHEAD 65536

enum look_kind {
    LOOK_UNKNOWN = 0,
    LOOK_SOCKET,    // a stream of bytes
    LOOK_DATAGRAMS, // each is a request, whatever the framing
    LOOK_PIPE,
    LOOK_FILE,      // standard input; from its position on
    LOOK_NOT,       // cannot be looked at: a terminal, a file, something of the kernel's own
};

enum look_kind look_kind(int fd);
// What is there, at most LOOK_AHEAD bytes, which stay there. 0: the end; -EAGAIN: nothing yet; or another errno.
long look_at(enum look_kind kind, int fd, uint8_t *to);
// Takes the first `size` bytes out, into `bytes`, and sends `answer` to where they came from, if any.
void look_take(enum look_kind kind, int fd, uint8_t *bytes, size_t size, const uint8_t *answer, size_t answered);
// Nothing comes behind what is there.
bool look_ended(enum look_kind kind, int fd);
// Nothing more has room: who writes waits until some of it is read.
bool look_full(enum look_kind kind, int fd);
// Waits, without the baton, until there is more than `have` bytes, or the end. 0, or -EAGAIN: the descriptor's own time
// is up; or INTERRUPTED.
long look_wait(enum look_kind kind, int fd, size_t have);

#endif
