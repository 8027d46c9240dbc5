// The tables of call stacks: a filter and a tiny hash of innermost frames in front of whole call stacks.
//
// Where: on the path of each allocation and place while a patch is in force, in any thread.
// Rules: a miss reads one word of the filter and nothing else. Tables are never unmapped and all indexes in
//        them are bounded, so a thread that still reads a replaced table is safe; STACK_TABLE_RING tables
//        later its memory is used again.
#include "stack_table.h"

#include "backtrace.h"
#include "control.h"
#include "os.h"

static inline unsigned pair_hash(uint64_t pc, uint64_t caller) { return stack_table_hash(pc ^ caller << 20 ^ caller); }

static void insert(struct stack_table *t, unsigned i) {
    uint64_t pc = t->entries[i].frames[0];
    unsigned slot = stack_table_hash(pc);
    while (t->pc[slot] && t->pc[slot] != pc)
        slot = (slot + 1) % STACK_TABLE_SLOTS;
    unsigned first = t->pc[slot] ? t->first[slot] - 1u : i;
    if (t->pc[slot]) { // behind the first, whose `depth` counts for all
        t->next[i] = t->next[first];
        t->next[first] = (uint16_t)(i + 1);
    } else {
        t->first[slot] = (uint16_t)(i + 1);
        t->pc[slot] = pc;
    }
    if (t->entries[i].frame_count < 2)
        t->behind[slot] = -1;
    else if (first == i)
        t->behind[slot] = (int16_t)backtrace_return_offset(pc);
    unsigned bit = pair_hash(pc, t->entries[i].frames[1]);
    t->pairs[bit / 64] |= 1ull << (bit % 64);
    if (t->depth[first] < t->entries[i].frame_count)
        t->depth[first] = t->entries[i].frame_count;
}

void stack_tables_replace(struct stack_tables *tables, const struct stack_entry *entries, unsigned count) {
    struct stack_table *t = &tables->ring[tables->ring_next++ % STACK_TABLE_RING];
    os_fill(t, 0, sizeof *t);
    if (count > STACK_TABLE_ENTRIES)
        count = STACK_TABLE_ENTRIES;
    os_copy(t->entries, entries, count * sizeof *entries);
    for (unsigned i = 0; i < count; i++)
        insert(t, i);
    __atomic_store_n(&tables->current, t, __ATOMIC_RELEASE);
    uint64_t filter[STACK_TABLE_SLOTS / 64] = {0};
    for (unsigned i = 0; i < count; i++) {
        unsigned bit = stack_table_hash(entries[i].frames[0]);
        filter[bit / 64] |= 1ull << (bit % 64);
    }
    for (unsigned i = 0; i < STACK_TABLE_SLOTS / 64; i++)
        __atomic_store_n(&tables->filter[i], filter[i], __ATOMIC_RELAXED);
}

static inline unsigned slot_of(const struct stack_table *t, uint64_t pc) { // STACK_TABLE_SLOTS: not there
    unsigned slot = stack_table_hash(pc);
    for (unsigned left = STACK_TABLE_SLOTS; left && t->pc[slot]; slot = (slot + 1) % STACK_TABLE_SLOTS, left--)
        if (t->pc[slot] == pc)
            return slot;
    return STACK_TABLE_SLOTS;
}

static inline bool caller_fits(const struct stack_table *t, unsigned slot, uint64_t pc, uint64_t sp) {
    if (t->behind[slot] < 0)
        return true;
    unsigned bit = pair_hash(pc, *(const uint64_t *)(sp + (uint64_t)t->behind[slot]));
    return t->pairs[bit / 64] >> (bit % 64) & 1;
}

bool stack_tables_maybe_behind(const struct stack_tables *tables, uint64_t pc, uint64_t sp) {
    const struct stack_table *t = __atomic_load_n(&tables->current, __ATOMIC_ACQUIRE);
    unsigned slot = slot_of(t, pc);
    return slot < STACK_TABLE_SLOTS && caller_fits(t, slot, pc, sp);
}

static __attribute__((noinline)) const struct stack_entry *match(const struct stack_table *t, unsigned first,
                                                                 uint64_t pc, uint64_t sp, uint64_t bp) {
    uint64_t frames[STACK_TABLE_FRAMES];
    unsigned depth = t->depth[first] < STACK_TABLE_FRAMES ? t->depth[first] : STACK_TABLE_FRAMES;
    unsigned count = backtrace_from(pc, sp, bp, frames, depth);
    for (unsigned i = first + 1, left = STACK_TABLE_ENTRIES; i && left; i = t->next[i - 1], left--) {
        const struct stack_entry *e = &t->entries[i - 1];
        if (e->frame_count > count || os_compare(e->frames, frames, e->frame_count * sizeof *frames) != 0)
            continue;
        return e;
    }
    return NULL;
}

const struct stack_entry *stack_tables_find(const struct stack_tables *tables, uint64_t pc, uint64_t sp, uint64_t bp) {
    const struct stack_table *t = __atomic_load_n(&tables->current, __ATOMIC_ACQUIRE);
    unsigned slot = slot_of(t, pc);
    if (slot == STACK_TABLE_SLOTS || !caller_fits(t, slot, pc, sp))
        return NULL;
    unsigned first = (t->first[slot] - 1u) % STACK_TABLE_ENTRIES;
    return t->depth[first] == 1 ? &t->entries[first] : match(t, first, pc, sp, bp);
}

void stack_entry_hit(const struct stack_entry *e) {
    if (control && e->number < SH_MAX_ENTRIES)
        __atomic_fetch_add(&control->hits[e->number], 1, __ATOMIC_RELAXED);
}
