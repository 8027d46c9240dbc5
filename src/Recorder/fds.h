// What is known of each descriptor of the program.
#ifndef SELFHEAL_FDS_H
#define SELFHEAL_FDS_H

#include <stdbool.h>
#include <stdint.h>

enum fd_kind {
    FD_PEER = 0,  // the other end is outside: socket, pipe, terminal; in a replay a substitute
    FD_FILE = 1,  // a file or directory; in a replay really opened
    FD_OUTPUT = 2, // standard output as the program inherited it; really written in a replay
    FD_ERROR = 3,  // the same, standard error
    FD_INPUT = 4,  // standard input as inherited
    FD_OWN = 5,   // made by the kernel for the program alone: eventfd, epoll, timerfd, memfd ...
    FD_SUBSTITUTE = 6, // replay: a stand-in for a file that could not be opened
    FD_MEMORY = 7, // a file that exists in memory only: memfd, or a replay's private copy
    FD_PIPE = 8,   // an end of a pipe of the program's own; the other end may be a child's
};
#define FDS_PEERS 4096 // at most, from 1; descriptors of more have none
#define FDS_NAMED 16384 // sockets with higher numbers have no peer

enum fd_kind fds_kind(int fd);
// Over an exec: of descriptors 0, 1 and 2, 4 bits each.
uint32_t fds_standard_kinds(void);
void fds_set_standard_kinds(uint32_t kinds);
// Another one each time the number means another descriptor.
uint32_t fds_serial(int fd);
void fds_set(int fd, enum fd_kind kind);
// Is O_NONBLOCK set? Asked once for each descriptor, until fds_flags_changed. Standard input, output and error are
// always asked, for other processes share them.
bool fds_nonblocking(int fd);
// The program has changed some descriptor's flags, which its duplicates share.
void fds_flags_changed(void);
// Replay: does the real descriptor follow what the recorded one did (position, contents)?
bool fds_follows(int fd);
// Replay: puts descriptor `real` at number `fd`, as in the recorded run. `real` < 0: a stand-in is made.
void fds_place(int real, int fd, enum fd_kind kind, bool close_on_exec);
// Replay: a stand-in whose reads see the end of the input; -1 when there is none.
int fds_stand_in(void);
// Replay and live: the descriptor's peer (peers.h), 0: none. The last descriptor that is closed lets go of it.
unsigned fds_peer(int fd);
void fds_set_peer(int fd, unsigned peer);
// Descriptors by which the program holds a peer.
unsigned fds_peer_uses(unsigned peer);
// Puts a descriptor out of the program's way; the number it had is closed. -1: none is left.
int fds_far(int fd);

// Replay: opens what the recorded run opened, or a stand-in: never blocks, and touches nothing outside
// unless SH_FLAG_PERFORM allows it. `kind` says what came of it.
int fds_reopen(int directory, const char *path, uint64_t flags, uint64_t mode, enum fd_kind *kind);

#endif
