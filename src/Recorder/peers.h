// Peers: what is at the other end of the program's sockets, when there is nobody but the log.
//
// In a replay each socket is one end of a real pair whose far end is ours. When the replay goes live, what the log
// still holds for them is fed into the far ends: in the order of the log, each piece once the one before has been
// read and the program waits for more. What the program sends is taken and forgotten.
#ifndef SELFHEAL_PEERS_H
#define SELFHEAL_PEERS_H

#include "replay.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

struct call;

// -- in a replay, and live
// Puts a stand-in for a socket of `type` (SOCK_STREAM ...) at number `fd`; accepted: `address` is the client's.
void peers_place(int fd, int type, bool close_on_exec, const void *address, uint32_t address_size);
// It is one that clients connect to.
void peers_listen(int fd);
bool peers_is_peer(int fd);

// -- going live: the rest of the log, event by event, then the end of it
void peers_rest_begin(void);
void peers_rest(const struct replay_event *e);
void peers_rest_end(void);
// The descriptor is now held by the name `fd` in the log: -1: by none.
bool peers_live(void);

// -- live: calls on stand-ins, by which the program must not see that there is no network. False: not one of these.
bool peers_call(struct call *c);
// Before a call that may wait: comes back when it need not, when its own time is up, or for a signal. Does not come
// back when the program waits for input, and all of it has been read: then the run ends (SH_STATUS_IDLE).
void peers_wait(const struct call *c);
// The next piece for this descriptor, although the one before has not been read.
void peers_feed_more(int fd);

#endif
