// What the log still holds for the peers, and how it reaches the program; shared by peers.c and peers_feed.c.
#ifndef SELFHEAL_PEERS_FEED_H
#define SELFHEAL_PEERS_FEED_H

#include "peers.h"

struct peer {
    int far;           // our end; -1: the program has not got its own yet
    bool listens;
    uint8_t address_size;
    uint8_t address[112]; // of an accepted one: the client's, as recorded
};
extern struct peer *peers; // by number, from 1; NULL: there has been none

// A peer without ends; 0: too many.
unsigned peers_new(const void *address, uint32_t size);
// Live: the client that has knocked at a listening one first, and was not yet accepted; 0: none.
unsigned peers_arrived(unsigned listening);
// Live: the next socket that the program makes; a fresh one where the recorded run made no more.
unsigned peers_next_made(void);
// Live: the program has sent something.
void peers_output(void);

#endif
