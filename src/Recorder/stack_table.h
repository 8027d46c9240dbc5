// Call stacks that the entries of a patch are keyed by, found by what a call's own stack begins with.
//
// Where: at each call of the kind that a patch changes (allocations: heap_pad.c, places: sched_hold.c), in any
// thread; stack_tables_replace by patch.c alone, one thread at a time.
#ifndef SELFHEAL_STACK_TABLE_H
#define SELFHEAL_STACK_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#define STACK_TABLE_ENTRIES 256
#define STACK_TABLE_FRAMES 16
#define STACK_TABLE_BITS 10
#define STACK_TABLE_SLOTS (1u << STACK_TABLE_BITS) // more than the entries, so that probing ends
#define STACK_TABLE_RING 8

struct stack_entry {
    uint64_t frames[STACK_TABLE_FRAMES]; // run-time addresses, innermost first
    uint32_t frame_count;
    uint32_t number; // of the patch's entries, 0-based, in file order: its hit counter
    uint64_t amount; // bytes of a pad, places of a hold
};

struct stack_table {
    uint64_t pc[STACK_TABLE_SLOTS];    // innermost frame; 0: free
    uint16_t first[STACK_TABLE_SLOTS]; // its first entry + 1
    int16_t behind[STACK_TABLE_SLOTS]; // offset from sp of the next frame's return address, -1: not known, or not needed
    uint64_t pairs[STACK_TABLE_SLOTS / 64]; // one bit for each hash of an entry's two innermost frames
    uint16_t next[STACK_TABLE_ENTRIES];  // next entry + 1 with the same innermost frame
    uint32_t depth[STACK_TABLE_ENTRIES]; // by first entry: longest key that begins with this frame
    struct stack_entry entries[STACK_TABLE_ENTRIES];
};

// The entries of one action. Zero: none.
struct stack_tables {
    uint64_t filter[STACK_TABLE_SLOTS / 64]; // one bit for each hash of an entry's innermost frame
    struct stack_table *current;
    unsigned ring_next;
    struct stack_table ring[STACK_TABLE_RING]; // pages that no patch has used cost nothing
};

// Puts new entries in force; they are copied. No key may be the beginning of another. Safe while other
// threads look: at worst a call that has begun is still matched with the old entries.
void stack_tables_replace(struct stack_tables *tables, const struct stack_entry *entries, unsigned count);

static inline unsigned stack_table_hash(uint64_t pc) {
    return (unsigned)((pc * 0x9e3779b97f4a7c15ull) >> (64 - STACK_TABLE_BITS));
}
// Could an entry match the call at (pc, sp)? Where no entry begins with pc, the usual case, this costs one
// load; on other calls of a wrapper, one look at the wrapper's own return address.
bool stack_tables_maybe_behind(const struct stack_tables *tables, uint64_t pc, uint64_t sp);
// The load alone: enough where stack_tables_find follows at once, which looks at the rest itself.
static inline bool stack_tables_begin(const struct stack_tables *tables, uint64_t pc) {
    unsigned bit = stack_table_hash(pc);
    return tables->filter[bit / 64] >> (bit % 64) & 1;
}
static inline bool stack_tables_maybe(const struct stack_tables *tables, uint64_t pc, uint64_t sp) {
    return stack_tables_begin(tables, pc) && stack_tables_maybe_behind(tables, pc, sp);
}

// The entry whose frames the call's stack begins with; NULL if there is none. Unwinds as
// deep as the longest key that begins with pc. The entry is to be used at once: its table is used again.
const struct stack_entry *stack_tables_find(const struct stack_tables *tables, uint64_t pc, uint64_t sp, uint64_t bp);
// Counts that the entry has changed something.
void stack_entry_hit(const struct stack_entry *e);

#endif
