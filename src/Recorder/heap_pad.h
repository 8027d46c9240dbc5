// The pad table: which allocations get more room, by call stack.
//
// Where: heap_pad_size on the path of each allocation while a patch is in force; the rest from patch.c.
#ifndef SELFHEAL_HEAP_PAD_H
#define SELFHEAL_HEAP_PAD_H

#include "heap.h"

#define HEAP_PAD_ENTRIES 256
#define HEAP_PAD_FRAMES 16

struct heap_pad_entry {
    uint64_t frames[HEAP_PAD_FRAMES]; // run-time return addresses, innermost first
    uint32_t frame_count;
    uint32_t number; // line of the patch's entries, 0-based: its hit counter
    uint64_t pad;
};

// Puts a new table in force; `entries` is copied. Entries whose modules are not loaded are left out by
// the caller. Safe while other threads allocate. False: no memory, the old table stays.
bool heap_pad_replace(const struct heap_pad_entry *entries, unsigned count);

// One bit for each hash of an entry's innermost frame: a miss, the usual case, costs one load.
#define HEAP_PAD_BITS 10
extern uint64_t heap_pad_filter[(1u << HEAP_PAD_BITS) / 64];
static inline unsigned heap_pad_hash(uint64_t pc) {
    return (unsigned)((pc * 0x9e3779b97f4a7c15ull) >> (64 - HEAP_PAD_BITS));
}
// A hit, on all calls of a wrapper, costs one look at the wrapper's own return address.
bool heap_pad_maybe_behind(uint64_t pc, uint64_t sp);
static inline bool heap_pad_maybe(uint64_t pc, uint64_t sp) {
    unsigned bit = heap_pad_hash(pc);
    return (heap_pad_filter[bit / 64] >> (bit % 64) & 1) && heap_pad_maybe_behind(pc, sp);
}

// The size to ask the real allocator for, and the entry's hit counted.
size_t heap_pad_size(const struct heap_caller *caller, size_t size);

#endif
