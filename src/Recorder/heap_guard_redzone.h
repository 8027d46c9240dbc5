// Blocks with canaries around them in memory of our own: where guard mode has run out of slots.
//
// Where: under the lock of heap_guard.c.
#ifndef SELFHEAL_HEAP_GUARD_REDZONE_H
#define SELFHEAL_HEAP_GUARD_REDZONE_H

#include "heap_guard.h"

struct redzone {
    struct redzone *next; // free list
    uint64_t size, asked, allocation;
    void *real;      // its twin in the program's own heap
    uint32_t stack;
    uint32_t class;
    uint64_t magic;  // derived from its own address while the block is live
    uint64_t canary; // directly before the block
};
_Static_assert(sizeof(struct redzone) == 64, "keeps the block's alignment of 16");

extern uint64_t redzone_low, redzone_high;
static inline bool redzone_holds(uint64_t address) {
    return address - redzone_low < redzone_high - redzone_low;
}
// A block, NULL if there is no memory, or for alignments beyond 16.
void *redzone_allocate(const struct guard_request *request, uint32_t stack);
// The header of a live block, else NULL.
struct redzone *redzone_find(void *block);
// Checks it and takes it back.
void redzone_free(struct redzone *zone);
void redzone_check_all(void);

#endif
