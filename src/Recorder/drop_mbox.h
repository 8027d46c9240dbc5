// Mailbox files without their bad messages: what a program gets that opens one for reading.
#ifndef SELFHEAL_DROP_MBOX_H
#define SELFHEAL_DROP_MBOX_H

#include "syscalls.h"

#define MBOX_DROPS_MAX 256 // bad messages of one file; more pass

struct mbox_range { uint64_t at, size; }; // of a file: a message that is left out

// The program has opened `fd` for real, with `flags`, while `drops` is set. Where a drop with framing mbox is for this
// call, and the file is a mailbox with bad messages, `fd` becomes a private copy without them. How many `left_out` names.
unsigned drop_mbox_opened(const struct call *c, int fd, uint64_t flags, struct mbox_range left_out[MBOX_DROPS_MAX]);
// Is this a mailbox of which the program has such a copy, and would it be written from that?
bool drop_mbox_protects(int directory, const char *path, uint64_t flags);
// A replay has opened the file again, as `fd`, which is closed. The same copy, or a negative errno.
int drop_mbox_again(int fd, uint64_t flags, const struct mbox_range *left_out, size_t count);

#endif
