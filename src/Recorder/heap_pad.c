// The pad table: a filter and a tiny hash of innermost frames in front of whole call stacks.
//
// Where: on the path of each allocation while a patch is in force, in any thread.
// Rules: a miss reads one word of the filter and nothing else. Tables are never unmapped and all indexes in
//        them are bounded, so a thread that still reads a replaced table is safe; at worst one block is
//        padded by the old patch. RING tables later its memory is used again.
#include "heap_pad.h"

#include "backtrace.h"
#include "control.h"
#include "os.h"

#define SLOTS (1u << HEAP_PAD_BITS) // more than the entries, so that probing ends
#define RING 8

struct table {
    uint64_t pc[SLOTS];    // innermost frame; 0: free
    uint16_t first[SLOTS]; // its first entry + 1
    int16_t behind[SLOTS]; // offset from sp of the next frame's return address, -1: not known, or not needed
    uint64_t pairs[SLOTS / 64]; // one bit for each hash of an entry's two innermost frames
    uint16_t next[HEAP_PAD_ENTRIES]; // next entry + 1 with the same innermost frame
    uint32_t depth[HEAP_PAD_ENTRIES]; // by first entry: longest key that begins with this frame
    struct heap_pad_entry entries[HEAP_PAD_ENTRIES];
};
static struct table *ring[RING];
static unsigned ring_next;
static struct table *current;
uint64_t heap_pad_filter[SLOTS / 64];

static inline unsigned pair_hash(uint64_t pc, uint64_t caller) { return heap_pad_hash(pc ^ caller << 20 ^ caller); }

static void insert(struct table *t, unsigned i) {
    uint64_t pc = t->entries[i].frames[0];
    unsigned slot = heap_pad_hash(pc);
    while (t->pc[slot] && t->pc[slot] != pc)
        slot = (slot + 1) % SLOTS;
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

bool heap_pad_replace(const struct heap_pad_entry *entries, unsigned count) {
    if (count == 0) {
        heap_slow_clear(HEAP_SLOW_PAD);
        return true;
    }
    unsigned place = ring_next % RING;
    if (!ring[place])
        ring[place] = os_map(sizeof(struct table));
    struct table *t = ring[place];
    if (!t)
        return false;
    ring_next++;
    os_fill(t, 0, sizeof *t);
    if (count > HEAP_PAD_ENTRIES)
        count = HEAP_PAD_ENTRIES;
    os_copy(t->entries, entries, count * sizeof *entries);
    for (unsigned i = 0; i < count; i++)
        insert(t, i);
    __atomic_store_n(&current, t, __ATOMIC_RELEASE);
    uint64_t filter[SLOTS / 64] = {0};
    for (unsigned i = 0; i < count; i++) {
        unsigned bit = heap_pad_hash(entries[i].frames[0]);
        filter[bit / 64] |= 1ull << (bit % 64);
    }
    for (unsigned i = 0; i < SLOTS / 64; i++)
        __atomic_store_n(&heap_pad_filter[i], filter[i], __ATOMIC_RELAXED);
    heap_slow_set(HEAP_SLOW_PAD);
    return true;
}

static __attribute__((noinline)) size_t match(const struct table *t, unsigned first,
                                              const struct heap_caller *caller, size_t size) {
    uint64_t frames[HEAP_PAD_FRAMES];
    unsigned depth = t->depth[first] < HEAP_PAD_FRAMES ? t->depth[first] : HEAP_PAD_FRAMES;
    unsigned count = backtrace_from(caller->pc, caller->sp, caller->bp, frames, depth);
    for (unsigned i = first + 1, left = HEAP_PAD_ENTRIES; i && left; i = t->next[i - 1], left--) {
        const struct heap_pad_entry *e = &t->entries[i - 1];
        if (e->frame_count > count || os_compare(e->frames, frames, e->frame_count * sizeof *frames) != 0)
            continue;
        size_t padded;
        if (control && e->number < SH_MAX_ENTRIES)
            __atomic_fetch_add(&control->hits[e->number], 1, __ATOMIC_RELAXED);
        if (__builtin_add_overflow(size, size > e->pad ? size : e->pad, &padded) || padded > PTRDIFF_MAX)
            return size;
        return padded;
    }
    return size;
}

static inline unsigned slot_of(const struct table *t, uint64_t pc) { // SLOTS: not there
    unsigned slot = heap_pad_hash(pc);
    for (unsigned left = SLOTS; left && t->pc[slot]; slot = (slot + 1) % SLOTS, left--)
        if (t->pc[slot] == pc)
            return slot;
    return SLOTS;
}

bool heap_pad_maybe_behind(uint64_t pc, uint64_t sp) {
    const struct table *t = __atomic_load_n(&current, __ATOMIC_ACQUIRE);
    unsigned slot = slot_of(t, pc);
    if (slot == SLOTS)
        return false;
    if (t->behind[slot] < 0)
        return true;
    unsigned bit = pair_hash(pc, *(const uint64_t *)(sp + (uint64_t)t->behind[slot]));
    return t->pairs[bit / 64] >> (bit % 64) & 1;
}

size_t heap_pad_size(const struct heap_caller *caller, size_t size) {
    const struct table *t = __atomic_load_n(&current, __ATOMIC_ACQUIRE);
    unsigned slot = slot_of(t, caller->pc);
    return slot < SLOTS ? match(t, (t->first[slot] - 1u) % HEAP_PAD_ENTRIES, caller, size) : size;
}
