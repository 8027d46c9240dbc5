// Guard mode: gives out slots whose blocks end before a guard area, and checks them when they come back.
// (heap_guard_fault.c answers the faults, heap_guard_check.c says what is wrong.)
//
//   | front canary | block | slack canary (< 16) || guard area, no access, 64 KiB |  next slot ...
//
// Where: on the program's path in diagnosis replays.
// Rules: one lock for all. It is never held while memory of the program's own is touched that could fault:
//        only slots and their canaries, so a fault with the lock held cannot be an overflow.
// Invariant: each guarded block has a twin of the same size in the program's own heap, so that the real
//        allocator is asked exactly what it was asked when the run was recorded. The twin is never touched.
// Known: a second free of a block and a free of an address inside one are ignored, where the program's own
//        allocator might abort; blocks aligned beyond a page are not guarded; malloc_usable_size tells the size
//        asked for.
#include "heap_guard.h"

#include "control.h"
#include "heap_guard_canary.h"
#include "heap_guard_check.h"
#include "heap_guard_redzone.h"
#include "heap_guard_slots.h"
#include "heap_stacks.h"

#include <sys/mman.h>

struct heap_lock guard_lock;
static char stacks_path[1100];
static bool finished;

bool guard_start(const char *run_dir) {
    os_format(stacks_path, sizeof stacks_path, "%s/stacks.bin", run_dir);
    if (!heap_stacks_start() || !slots_start())
        return false;
    heap_slow_set(HEAP_SLOW_GUARD);
    return true;
}

void guard_after_fork_child(void) { guard_lock.taken = 0; }

// Makes the guard area as it was: without access, and without memory.
static void close_guard(struct slot *s) {
    os_protect((void *)s->end, SLOT_GUARD, PROT_NONE);
    OS3(28 /* madvise */, s->end, SLOT_GUARD, MADV_DONTNEED);
    s->wrote = s->read = s->foreign = 0;
    s->stepped = false;
    s->far_write = s->far_read = 0;
}

// ---------------------------------------------------------------- allocate and free
static uint64_t alignment_of(const struct guard_request *r) {
    if (r->alignment > 16)
        return r->alignment; // asked for by name
    return control->flags & SH_FLAG_GUARD_EXACT ? 1 : 16;
}

static void *place(struct slot *s, const struct guard_request *r) {
    if (s->state == SLOT_FREED && s->dirty) {
        check_freed(s);
        // Fresh memory reads as zeros, as it mostly does without us; poison would be a difference we made.
        uint64_t to = check_poisoned_end(s);
        for (uint64_t at = s->start; at < to; at += 8)
            *(volatile uint64_t *)at = 0;
    }
    uint64_t alignment = alignment_of(r);
    s->start = (s->end - (r->size ? r->size : 1)) & ~(alignment - 1);
    s->size = r->size;
    s->asked = r->asked;
    s->allocation = r->number;
    s->real = r->real;
    s->counted_write = s->counted_read = s->counted_before = false;
    if (r->kind == SH_ALLOC_CALLOC && s->dirty)
        os_fill((void *)s->start, 0, s->size);
    canary_fill(check_front(s), s->start);
    canary_fill(check_block_end(s), s->end);
    s->state = SLOT_LIVE;
    return (void *)s->start;
}

void *guard_allocate(const struct guard_request *r) {
    if (r->size > PTRDIFF_MAX - SLOT_GUARD || r->alignment > PAGE)
        return r->real;
    uint64_t alignment = alignment_of(r);
    heap_lock_take(&guard_lock);
    uint32_t stack = heap_stacks_count(&r->caller, r->kind, r->asked);
    struct slot *s = slots_take(((r->size ? r->size : 1) + alignment - 1) & ~(alignment - 1));
    void *block;
    if (s) {
        block = place(s, r);
        s->stack = stack; // after place(): a finding about the freed block names that block's stack
    } else {
        block = redzone_allocate(r, stack);
    }
    heap_lock_release(&guard_lock);
    return block ? block : r->real;
}

static void release(struct slot *s) {
    check_live(s);
    if (s->wrote | s->read | s->foreign | s->stepped)
        close_guard(s);
    s->state = SLOT_FREED;
    uint64_t to = check_poisoned_end(s);
    for (uint64_t at = s->start; at < to; at += 8)
        *(volatile uint64_t *)at = POISON;
    slots_give(s);
}

void *guard_free(void *block) {
    uint64_t at = (uint64_t)block;
    void *real = block;
    if (!slots_hold(at) && !redzone_holds(at))
        return block;
    heap_lock_take(&guard_lock);
    struct slot *s = slots_find(at);
    struct redzone *zone = redzone_find(block);
    if (zone) {
        real = zone->real;
        redzone_free(zone);
    } else if (s && s->state == SLOT_LIVE && s->start == at) {
        real = s->real;
        release(s);
    } else {
        real = NULL;
    }
    heap_lock_release(&guard_lock);
    return real;
}

// A guarded block's size and its twin in the program's own heap. False: it is not guarded.
static bool find_block(void *block, size_t *size, void **real) {
    uint64_t at = (uint64_t)block;
    if (!slots_hold(at) && !redzone_holds(at))
        return false;
    heap_lock_take(&guard_lock);
    struct slot *s = slots_find(at);
    struct redzone *zone = redzone_find(block);
    bool live = s && s->state == SLOT_LIVE && s->start == at;
    *size = zone ? zone->size : live ? s->size : 0;
    *real = zone ? zone->real : live ? s->real : NULL;
    heap_lock_release(&guard_lock);
    return true;
}

bool guard_usable_size(void *block, size_t *size) {
    void *real;
    return find_block(block, size, &real);
}

void *guard_reallocate(const struct guard_request *request, void *old) {
    struct guard_request r = *request;
    size_t old_size = 0;
    void *old_real = old;
    bool guarded = find_block(old, &old_size, &old_real);
    if (!guarded && old)
        old_size = heap_real_usable_size(old);
    r.real = heap_real_realloc(old_real, r.size);
    if (!r.real && (r.size || !old)) // failed: the old block stays
        return NULL;
    if (!r.real) { // realloc(block, 0) has freed it
        if (guarded)
            guard_free(old);
        return NULL;
    }
    void *block = guard_allocate(&r);
    size_t kept = old_size < r.size ? old_size : r.size;
    // The content of a block that was not guarded has moved with the real one.
    const void *from = guarded ? old : r.real;
    if (old && block != from)
        os_copy(block, from, kept);
    if (guarded)
        guard_free(old);
    return block;
}

static void check(struct slot *s) {
    if (s->state == SLOT_LIVE)
        check_live(s);
    else if (s->state == SLOT_FREED)
        check_freed(s);
}

void guard_finish(void) {
    if (!(heap_slow & HEAP_SLOW_GUARD) || !heap_reporting || __atomic_exchange_n(&finished, true, __ATOMIC_ACQ_REL))
        return;
    // A crash of ours with the lock held must still end.
    for (unsigned tries = 0; __atomic_exchange_n(&guard_lock.taken, 1, __ATOMIC_ACQUIRE) && tries < 1000; tries++)
        OS1(24 /* sched_yield */, 0);
    slots_visit(check);
    redzone_check_all();
    heap_stacks_write(stacks_path);
    heap_lock_release(&guard_lock);
}
