// What the log still holds for the peers, and how it reaches the program; shared by the files of the peers.
#ifndef SELFHEAL_PEERS_FEED_H
#define SELFHEAL_PEERS_FEED_H

#include "peers.h"

#define ADDRESS_MAX 112
#define SENDERS_MAX 16

enum item_kind { ITEM_OPEN, ITEM_BYTES, ITEM_SIGNAL };
// What the recorded run got from outside; bytes: none of them is a stream's end, or an empty datagram.
struct item {
    uint8_t kind, address_size;
    uint16_t peer, listening;
    uint32_t size; // bytes, or the signal's number
    uint64_t event; // of the log
    const uint8_t *bytes, *address; // where a datagram came from
};
extern struct item *items; // in the order of the log
extern unsigned items_count;

struct peer {
    int far;           // our end; -1: the program has not got its own yet
    bool listens, datagrams;
    int16_t connects;  // what the recorded connect gave: 0, or a negative errno
    uint8_t address_size, own_size;
    uint8_t address[ADDRESS_MAX]; // the other end's: of an accepted one the client's, as recorded
    uint8_t own[ADDRESS_MAX];
    const struct item *senders[SENDERS_MAX]; // of the datagrams that were fed and not yet read, in order
    unsigned senders_first, senders_end;
};
extern struct peer *peers; // by number, from 1; NULL: there has been none

// A peer without ends; 0: too many.
unsigned peers_new(const void *address, uint32_t size);
// Live: the client that has knocked at a listening one first, and was not yet accepted; 0: none.
unsigned peers_arrived(unsigned listening);
// Live: the next socket that the program makes; a fresh one where the recorded run made no more.
unsigned peers_next_made(void);
// Live: something was fed, or the program has sent something.
void peers_active(void);

// -- the terminal (peers_terminal.c)
// Its peer, 0: none.
unsigned peers_terminal(void);
bool peers_terminal_unread(void);
// Types; bytes taken, or a negative errno. None: the end of the input, where the terminal knows one.
long peers_terminal_type(const uint8_t *bytes, uint32_t size);

#endif
