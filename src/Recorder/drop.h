// Requests that never arrive: a patch's drops, at the calls that read input or say that there is some.
//
// Input is looked at before it is read (drop_look.h), and cut into requests by the entry's framing. A bad one is taken
// out and answered; of what is good the program's call reads what it wants.
#ifndef SELFHEAL_DROP_H
#define SELFHEAL_DROP_H

#include "drop_table.h"
#include "syscalls.h"

// Before input is read for real, while `drops` is set. False: c->result is the call's result. Else the call may read
// c->limit bytes, 0: as many as it wants; and one datagram.
bool drop_before(struct call *c);
// Behind it.
void drop_behind(const struct call *c);

// The first entry in file order that this request matches, of those for the place `here` (NULL: none) and for any.
const struct stack_entry *drop_guilty(const struct stack_entry *here, const uint8_t *request, size_t size);
// The entry for this call: a copy, with no frames if there is none.
struct stack_entry drop_entry(const struct call *c);
// The program never gets this request: counted, and in the log.
void drop_count(const struct stack_entry *e, const uint8_t *request, size_t size);

// What a descriptor's input is like behind a call that says it is there. Bad requests are taken out.
enum drop_left {
    DROP_LEFT_READY,   // the program may be told
    DROP_LEFT_NOTHING, // what was there was bad
    DROP_LEFT_HALF,    // a request is not there as a whole: the program would have to wait for the rest
};
enum drop_left drop_left(int fd);

#endif
