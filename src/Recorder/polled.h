// What poll, select and epoll are asked, in one form: their descriptors and their time.
#ifndef SELFHEAL_POLLED_H
#define SELFHEAL_POLLED_H

#include "syscalls.h"

#include <sys/syscall.h>

#define POLLED_MAX 1024

struct pollfd;

static inline bool polled_by_select(const struct call *c) { return c->nr == SYS_select || c->nr == SYS_pselect6; }
static inline bool polled_by_poll(const struct call *c) { return c->nr == SYS_poll || c->nr == SYS_ppoll; }
// Of poll and select; of more than POLLED_MAX the first ones.
unsigned polled_descriptors(const struct call *c, struct pollfd *to);
// Makes the call as if its time were up.
long polled_at_once(const struct call *c);
// The call's own time in ns, -1: no limit.
int64_t polled_ns(const struct call *c);

#endif
