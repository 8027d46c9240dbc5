// Does a system call perhaps take its time, so that other threads should run meanwhile?
#ifndef SELFHEAL_CALL_BLOCKS_H
#define SELFHEAL_CALL_BLOCKS_H

#include "syscalls.h"

bool call_may_block(const struct call *c);
// May a read or write of this descriptor take its time?
bool call_fd_waits(int fd);
// Does it read what others send? They may have sent it already.
bool call_asks_for_input(uint64_t nr, int fd);
// Makes such a call if it need not wait now; its result is in c->result.
bool call_without_waiting(struct call *c);

#endif
