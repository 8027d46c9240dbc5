// Calls that say which descriptors are ready, while drops are in force: poll, select, epoll.
#ifndef SELFHEAL_DROP_READY_H
#define SELFHEAL_DROP_READY_H

#include "syscalls.h"

struct epoll_event;

bool drop_ready_asks(unsigned nr);
// Such a call, by `perform`: what is bad alone, or half a request, is not told; where that was all, it waits again, for
// the rest of its time. The call's result.
long drop_ready_perform(struct call *c, long (*perform)(struct call *c));

// The program has registered a descriptor (as epoll_ctl), in any mode.
void drop_ready_registered(int epoll, int operation, int fd, const struct epoll_event *wanted);
// It has read all that it may; it is told again if there is more, where it would only be told of news.
void drop_ready_more(int fd);

#endif
