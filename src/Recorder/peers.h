// Peers: what is at the other end of the program's sockets, when there is nobody but the log.
//
// In a replay each socket is one end of a real pair whose far end is ours. When the replay goes live, what the log
// still holds for them is fed into the far ends: in the order of the log, each piece once the one before has been
// read and the program waits for more. What the program sends is taken and forgotten.
#ifndef SELFHEAL_PEERS_H
#define SELFHEAL_PEERS_H

#include "replay.h"
#include "run_mode.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

struct call;

// -- recording: which of the descriptors 0, 1, 2 are terminals, for the START event
uint32_t peers_terminals_now(void);

// -- in a replay, and live
// Puts a stand-in for a socket of `type` (SOCK_STREAM ...) at number `fd`; accepted: `address` is the client's.
void peers_place(int fd, int type, bool close_on_exec, const void *address, uint32_t address_size);
// It is one that clients connect to.
void peers_listen(int fd);
bool peers_listens(int fd);
bool peers_is_peer(int fd);
// The program's name for its own end (bind), or for the other one (connect).
void peers_named(int fd, bool own, const void *address, uint32_t size);
// A pseudo-terminal stands in for the terminal that the program had: `terminals` as in its START event.
void peers_place_terminal(uint32_t terminals);
bool peers_is_terminal(int fd);
// Another descriptor of it (an open of /dev/tty), a negative errno where there is none; and the number it was given.
int peers_open_terminal(bool close_on_exec);
void peers_opened_terminal(int fd);
// Output to it goes where the program's output went before.
void peers_terminal_output(int fd, const struct iovec *pieces, unsigned count, size_t size);
// An ioctl: performed as far as it is a replay's; true: c->result is its result.
bool peers_terminal_control(struct call *c, bool live);
// In a child, which runs unrecorded, before its first call: nothing is known of what its peers sent, so it sees the end
// of the input; what it sends is taken, as far as a socket holds it.
void peers_for_child(void);

// -- going live: the rest of the log, event by event, then the end of it
void peers_rest_begin(void);
void peers_rest(const struct replay_event *e);
void peers_rest_end(void);
// There are peers to be fed.
bool peers_live(void);

// -- live: calls on stand-ins, by which the program must not see that there is no network. False: not one of these,
// or not live.
bool peers_call_live(struct call *c);
static inline bool peers_call(struct call *c) { return run_mode == RUN_LIVE && peers_live() && peers_call_live(c); }
// Before a call that may wait: comes back when it need not, when its own time is up (true), or for a signal. Does not
// come back when the program waits for input, and all of it has been read: then the run ends (SH_STATUS_IDLE).
bool peers_wait(const struct call *c);
// The same for a thread that has the baton, which it gives up meanwhile: what is to come may be for another one.
void peers_wait_outside(const struct call *c);
// What the program has read is a datagram: where it came from, as recorded. `room`: of the name, before.
void peers_received(int fd, bool peeks, void *name, uint32_t *size, uint32_t room);
// The next piece for this descriptor, although the one before has not been read.
void peers_feed_more(int fd);

#endif
