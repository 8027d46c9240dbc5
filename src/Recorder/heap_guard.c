// Guard mode: gives out slots whose blocks end before a guard area, and checks them when they come back.
// (heap_guard_fault.c answers the faults, heap_guard_check.c says what is wrong.)
//
//   | front canary | block | slack canary (< 16) || guard area, no access, 64 KiB |  next slot ...
//
// Where: on the program's path in diagnosis replays.
// Rules: one lock for all. It is never held while memory of the program's own is touched that could fault:
//        only slots and their canaries, so a fault with the lock held cannot be an overflow.
// Known: a second free of a block and a free of an address inside one are ignored, where the program's own
//        allocator might abort; blocks aligned beyond a page are not guarded.
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
static void *place(struct slot *s, const struct guard_request *r, bool zero) {
    if (s->state == SLOT_FREED && s->dirty) {
        check_freed(s);
        // Fresh memory reads as zeros, as it mostly does without us; poison would be a difference we made.
        uint64_t to = check_poisoned_end(s);
        for (uint64_t at = s->start; at < to; at += 8)
            *(volatile uint64_t *)at = 0;
    }
    uint64_t alignment = r->alignment < 16 ? 16 : r->alignment;
    s->start = (s->end - (r->size ? r->size : 1)) & ~(alignment - 1);
    s->size = r->size;
    s->asked = r->asked;
    s->allocation = r->number;
    s->counted_write = s->counted_read = s->counted_before = false;
    if (zero && s->dirty)
        os_fill((void *)s->start, 0, s->size);
    canary_fill(check_front(s), s->start);
    canary_fill(check_block_end(s), s->end);
    s->state = SLOT_LIVE;
    return (void *)s->start;
}

static void *allocate_redzone(const struct guard_request *r, uint32_t stack, bool zero) {
    void *memory = redzone_memory(r);
    if (!memory)
        return NULL;
    heap_lock_take(&guard_lock);
    void *block = redzone_link(memory, r, stack);
    heap_lock_release(&guard_lock);
    return zero ? os_fill(block, 0, r->size) : block;
}

void *guard_allocate(const struct guard_request *r, bool zero) {
    if (r->size > PTRDIFF_MAX - SLOT_GUARD || r->alignment > PAGE)
        return NULL;
    uint64_t alignment = r->alignment < 16 ? 16 : r->alignment;
    heap_lock_take(&guard_lock);
    uint32_t stack = heap_stacks_count(&r->caller, r->kind, r->asked);
    struct slot *s = slots_take(((r->size ? r->size : 1) + alignment - 1) & ~(alignment - 1));
    void *block = NULL;
    if (s) {
        block = place(s, r, zero);
        s->stack = stack; // after place(): a finding about the freed block names that block's stack
    }
    heap_lock_release(&guard_lock);
    return s ? block : allocate_redzone(r, stack, zero);
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

bool guard_free(void *block) {
    uint64_t at = (uint64_t)block;
    if (!block)
        return false;
    heap_lock_take(&guard_lock);
    struct slot *s = slots_find(at);
    struct redzone *zone = slots_hold(at) ? NULL : redzone_find(block);
    if (s && s->state == SLOT_LIVE && s->start == at)
        release(s);
    else if (zone)
        redzone_unlink(zone);
    heap_lock_release(&guard_lock);
    if (zone)
        heap_real_free(zone);
    return zone || slots_hold(at);
}

bool guard_usable_size(void *block, size_t *size) {
    if (!block)
        return false;
    heap_lock_take(&guard_lock);
    struct slot *s = slots_find((uint64_t)block);
    struct redzone *zone = s ? NULL : redzone_find(block);
    if (s)
        *size = s->state == SLOT_LIVE ? s->size : 0;
    else if (zone)
        *size = zone->size;
    heap_lock_release(&guard_lock);
    return s || zone;
}

void *guard_reallocate(const struct guard_request *r, void *old) {
    size_t old_size;
    bool ours = guard_usable_size(old, &old_size);
    if (old && r->size == 0) { // as glibc does
        if (!guard_free(old))
            heap_real_free(old);
        return NULL;
    }
    void *block = guard_allocate(r, false);
    if (!block) // no memory, or an impossible size: the real one fails, with its errno
        block = heap_real_malloc(r->size);
    if (!block || !old)
        return block;
    if (!ours)
        old_size = heap_real_usable_size(old);
    os_copy(block, old, old_size < r->size ? old_size : r->size);
    if (!guard_free(old))
        heap_real_free(old);
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
