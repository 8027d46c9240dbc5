// The pad table: which allocations get more room, by call stack.
//
// Where: heap_pad_maybe and heap_pad_size on the path of each allocation while a patch is in force; the rest
// from patch.c.
#ifndef SELFHEAL_HEAP_PAD_H
#define SELFHEAL_HEAP_PAD_H

#include "heap.h"
#include "stack_table.h"

extern struct stack_tables heap_pads;

// Puts new pads in force; `entries` is copied. Entries whose modules are not loaded are left out by the
// caller. Safe while other threads allocate: at worst one block is padded by the old patch.
void heap_pad_replace(const struct stack_entry *entries, unsigned count);

static inline bool heap_pad_maybe(uint64_t pc, uint64_t sp) { return stack_tables_maybe(&heap_pads, pc, sp); }
// The size to ask the real allocator for, and the entry's hit counted.
size_t heap_pad_size(const struct heap_caller *caller, size_t size);

#endif
