// Replay: child processes run again, unrecorded, in the sandbox; their pids differ from the recorded ones.
#ifndef SELFHEAL_CHILDREN_H
#define SELFHEAL_CHILDREN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

void children_add(long recorded, long real);
// The real pid of the recorded one; 0: not a child that runs in this replay.
long children_real(long recorded);
// The log says that the program was told the child's end: waits until the real child has ended, too.
void children_await(long recorded);
// Moves what a replay only pretends through a pipe of the program's own, so that its children at the other
// end go on: writes the bytes, or takes `size` bytes out. Gives up on an end that does not answer.
void children_write(int fd, const struct iovec *pieces, unsigned count, size_t size);
void children_drain(int fd, size_t size);

#endif
