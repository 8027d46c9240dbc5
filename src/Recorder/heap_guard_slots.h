// The address space of guard mode: slots of whole pages, each followed by a guard area without access.
//
// Where: under the lock of heap_guard.c.
#ifndef SELFHEAL_HEAP_GUARD_SLOTS_H
#define SELFHEAL_HEAP_GUARD_SLOTS_H

#include "os.h"

#define SLOT_GUARD 65536ul // bytes without access behind each slot
#define SLOT_GUARD_PAGES (SLOT_GUARD / PAGE)
#define SLOT_FRONT 16ul // at least so much room before a block

enum slot_state { SLOT_NEW = 0, SLOT_LIVE = 1, SLOT_FREED = 2 };

struct slot {
    uint64_t start; // of the block
    uint64_t size;  // of the block, the pad included
    uint64_t asked; // by the program
    uint64_t end;   // of the slot's pages = start of the guard area
    uint64_t allocation;
    void *real;     // its twin in the program's own heap
    uint64_t far_write, far_read; // end of the farthest access that faulted, from `end`; 0: none
    uint32_t stack;
    uint32_t next;  // free list
    uint16_t wrote, read, foreign; // guard pages left accessible after a write, a read, another slot's underflow
    bool stepped;   // its guard area may hold memory, from accesses let through one by one
    uint8_t state;
    bool dirty;     // its pages may hold old content
    bool counted_write, counted_read, counted_before; // this block is in a finding's `blocks`
};

bool slots_start(void);
// A slot with room for `bytes` behind SLOT_FRONT, or NULL. `size` etc. are the caller's to fill in.
struct slot *slots_take(uint64_t bytes);
// Gives a freed slot back; its guard area must be without access again.
void slots_give(struct slot *slot);
// The slot whose pages or guard area hold the address, or NULL.
struct slot *slots_find(uint64_t address);
// The slot behind `slot` in memory, NULL if there is none that was ever used.
struct slot *slots_behind(const struct slot *slot);
extern uint64_t slots_low, slots_high;
ALWAYS_INLINE bool slots_hold(uint64_t address) {
    return address - slots_low < slots_high - slots_low;
}
void slots_visit(void (*visit)(struct slot *slot));

#endif
