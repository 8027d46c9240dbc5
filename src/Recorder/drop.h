// Requests that never arrive: a patch's drops, at the calls that read from sockets.
//
// A socket's input is looked at before it is read (MSG_PEEK), and cut into requests by the entry's framing. A bad one
// is taken out and answered; of what is good the program's call reads what it wants.
#ifndef SELFHEAL_DROP_H
#define SELFHEAL_DROP_H

#include "drop_table.h"
#include "syscalls.h"

// Before input is read for real, while `drops` is set. False: c->result is the call's result. Else the call may read
// c->limit bytes, 0: as many as it wants.
bool drop_before(struct call *c);
// Behind it.
void drop_behind(const struct call *c);

#endif
