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

// A call that says which descriptors are ready, of those that say it in the program's own terms: not epoll.
bool drop_polls(unsigned nr);
// Behind it, with a result above 0: those whose input is bad alone are ready no more. False: none is left.
bool drop_ready(struct call *c);

#endif
