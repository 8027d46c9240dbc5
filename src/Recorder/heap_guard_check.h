// What is wrong with one slot: its canaries, its poison, its guard area.
//
// Where: inside guard mode, under its lock.
#ifndef SELFHEAL_HEAP_GUARD_CHECK_H
#define SELFHEAL_HEAP_GUARD_CHECK_H

#include "heap.h"
#include "heap_guard_slots.h"

extern struct heap_lock guard_lock;

ALWAYS_INLINE uint64_t check_block_end(const struct slot *s) { return s->start + s->size; }
ALWAYS_INLINE uint64_t check_pad(const struct slot *s) { return s->size - s->asked; }
// Front canary: from here to the block's start.
uint64_t check_front(const struct slot *s);
// Poison of a freed block: from its start to here.
uint64_t check_poisoned_end(const struct slot *s);

// Reports a finding about this block, counting the block once for each kind. `access` may be NULL.
void check_report(struct slot *s, uint32_t kind, int64_t first, uint64_t extent, const struct heap_caller *access);
void check_live(struct slot *s);
void check_freed(struct slot *s);

#endif
