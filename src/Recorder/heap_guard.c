// Guard mode: gives out slots whose blocks end before a guard area, answers the faults there, measures.
//
//   | front canary | block | slack canary (< 16) || guard area, no access, 64 KiB |  next slot ...
//
// Where: on the program's path in diagnosis replays; guard_fault in the SIGSEGV handler.
// Rules: one lock for all. It is never held while memory of the program's own is touched that could fault:
//        only slots and their canaries, so a fault with the lock held cannot be an overflow.
// Known: a second free of a block and a free of an address inside one are ignored, where the program's own
//        allocator might abort; blocks aligned beyond a page are not guarded.
#include "heap_guard.h"

#include "control.h"
#include "heap_guard_canary.h"
#include "heap_guard_findings.h"
#include "heap_guard_redzone.h"
#include "heap_guard_slots.h"
#include "heap_stacks.h"

#include <sys/mman.h>

#define FRONT_MAX 32ul
#define POISON_MAX 256ul

static struct heap_lock lock;
static char stacks_path[1100];
static bool finished;

bool guard_start(const char *run_dir) {
    os_format(stacks_path, sizeof stacks_path, "%s/stacks.bin", run_dir);
    if (!heap_stacks_start() || !slots_start())
        return false;
    heap_slow_set(HEAP_SLOW_GUARD);
    return true;
}

void guard_after_fork_child(void) { lock.taken = 0; }

// ---------------------------------------------------------------- findings of one slot
static uint64_t block_end(const struct slot *s) { return s->start + s->size; }
static uint64_t pad_of(const struct slot *s) { return s->size - s->asked; }
static uint64_t front_of(const struct slot *s) {
    uint64_t pages = (s->size + SLOT_FRONT + PAGE - 1) & ~(PAGE - 1), low = s->start - FRONT_MAX;
    return low < s->end - pages ? s->end - pages : low;
}

static void report(struct slot *s, uint32_t kind, int64_t first, uint64_t extent, const struct heap_caller *access) {
    bool *counted = kind == SH_OVERFLOW_READ_AFTER     ? &s->counted_read
                    : kind == SH_OVERFLOW_WRITE_BEFORE ? &s->counted_before
                                                       : &s->counted_write;
    struct finding f = {kind, !*counted, s->stack, s->asked, s->allocation, first, extent, access};
    *counted = true;
    findings_add(&f);
}

// The end of what was written behind the block: by fault addresses and by what changed of the canary.
static uint64_t written_end(const struct slot *s) {
    uint64_t far = s->far_write ? s->end + s->far_write : block_end(s);
    for (int page = SLOT_GUARD_PAGES - 1; page >= 0; page--) {
        uint64_t at = s->end + (uint64_t)page * PAGE;
        if (!(s->wrote >> page & 1))
            continue;
        uint64_t last = canary_last(at, at + PAGE);
        if (last > at)
            return last > far ? last : far;
    }
    uint64_t last = canary_last(block_end(s), s->end);
    return last > far ? last : far;
}

static void check_live(struct slot *s) {
    uint64_t end = block_end(s), slack = canary_first(end, s->end);
    if (UNLIKELY(s->wrote || slack < s->end)) {
        uint64_t first = slack < s->end ? slack : s->end;
        report(s, s->far_write ? SH_OVERFLOW_WRITE_AFTER : SH_OVERFLOW_WRITE_SLACK, (int64_t)(first - s->start),
               written_end(s) - end + pad_of(s), NULL);
    }
    uint64_t front = front_of(s), before = canary_first(front, s->start);
    if (UNLIKELY(before < s->start))
        report(s, SH_OVERFLOW_WRITE_BEFORE, (int64_t)(before - s->start), s->start - before, NULL);
}

static uint64_t poisoned_end(const struct slot *s) {
    return s->start + ((s->size < POISON_MAX ? s->size : POISON_MAX) & ~7ul);
}

static void check_freed(struct slot *s) {
    if (!s->dirty)
        return;
    uint64_t at = s->start, end = poisoned_end(s), last;
    while (at < end && *(const uint64_t *)at == POISON)
        at += 8;
    if (LIKELY(at >= end))
        return;
    while (*(const uint8_t *)at == (uint8_t)POISON)
        at++;
    for (last = end; *(const uint8_t *)(last - 1) == (uint8_t)POISON;)
        last--;
    s->counted_write = false;
    report(s, SH_OVERFLOW_WRITE_FREED, (int64_t)(at - s->start), last - s->start, NULL);
}

// Makes the guard area as it was: without access, and without memory.
static void close_guard(struct slot *s) {
    os_protect((void *)s->end, SLOT_GUARD, PROT_NONE);
    OS3(28 /* madvise */, s->end, SLOT_GUARD, MADV_DONTNEED);
    s->wrote = s->read = s->foreign = 0;
    s->far_write = s->far_read = 0;
}

// ---------------------------------------------------------------- allocate and free
static void *place(struct slot *s, const struct guard_request *r, bool zero) {
    if (s->state == SLOT_FREED && s->dirty) {
        check_freed(s);
        // Fresh memory reads as zeros, as it mostly does without us; poison would be a difference we made.
        uint64_t to = poisoned_end(s);
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
    canary_fill(front_of(s), s->start);
    canary_fill(block_end(s), s->end);
    s->state = SLOT_LIVE;
    return (void *)s->start;
}

static void *allocate_redzone(const struct guard_request *r, uint32_t stack, bool zero) {
    void *memory = redzone_memory(r);
    if (!memory)
        return NULL;
    heap_lock_take(&lock);
    void *block = redzone_link(memory, r, stack);
    heap_lock_release(&lock);
    return zero ? os_fill(block, 0, r->size) : block;
}

void *guard_allocate(const struct guard_request *r, bool zero) {
    if (r->size > PTRDIFF_MAX - SLOT_GUARD || r->alignment > PAGE)
        return NULL;
    uint64_t alignment = r->alignment < 16 ? 16 : r->alignment;
    heap_lock_take(&lock);
    uint32_t stack = heap_stacks_count(&r->caller, r->kind, r->asked);
    struct slot *s = slots_take(((r->size ? r->size : 1) + alignment - 1) & ~(alignment - 1));
    void *block = NULL;
    if (s) {
        block = place(s, r, zero);
        s->stack = stack; // after place(): a finding about the freed block names that block's stack
    }
    heap_lock_release(&lock);
    return s ? block : allocate_redzone(r, stack, zero);
}

static void release(struct slot *s) {
    check_live(s);
    if (s->wrote | s->read | s->foreign)
        close_guard(s);
    s->state = SLOT_FREED;
    uint64_t to = poisoned_end(s);
    for (uint64_t at = s->start; at < to; at += 8)
        *(volatile uint64_t *)at = POISON;
    slots_give(s);
}

bool guard_free(void *block) {
    uint64_t at = (uint64_t)block;
    if (!block)
        return false;
    heap_lock_take(&lock);
    struct slot *s = slots_find(at);
    struct redzone *zone = slots_hold(at) ? NULL : redzone_find(block);
    if (s && s->state == SLOT_LIVE && s->start == at)
        release(s);
    else if (zone)
        redzone_unlink(zone);
    heap_lock_release(&lock);
    if (zone)
        heap_real_free(zone);
    return zone || slots_hold(at);
}

bool guard_usable_size(void *block, size_t *size) {
    if (!block)
        return false;
    heap_lock_take(&lock);
    struct slot *s = slots_find((uint64_t)block);
    struct redzone *zone = s ? NULL : redzone_find(block);
    if (s)
        *size = s->state == SLOT_LIVE ? s->size : 0;
    else if (zone)
        *size = zone->size;
    heap_lock_release(&lock);
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

// ---------------------------------------------------------------- bad accesses
// Makes one guard page accessible. After a write it holds the canary, so that the extent can be measured; for
// a read it reads as zeros, and a later write to it faults again.
static bool open_page(struct slot *s, uint64_t address, bool write, bool foreign) {
    unsigned page = (unsigned)((address - s->end) / PAGE);
    uint64_t at = s->end + page * PAGE;
    int prot = write ? PROT_READ | PROT_WRITE : PROT_READ;
    if (os_protect((void *)at, PAGE, prot) < 0)
        return false;
    if (write && !foreign)
        canary_fill(at, at + PAGE);
    *(foreign ? &s->foreign : write ? &s->wrote : &s->read) |= (uint16_t)(1u << page);
    return true;
}

// An access to guard area of `s` that is nearer to the slot behind it: an underflow of that one's block.
static struct slot *underflowed(const struct slot *s, uint64_t address) {
    uint64_t beyond = address - s->end, page = beyond / PAGE;
    bool continues = page == 0 || ((s->wrote | s->read) >> (page - 1) & 1);
    struct slot *behind = continues || beyond < SLOT_GUARD / 2 ? NULL : slots_behind(s);
    return behind && behind->state == SLOT_LIVE ? behind : NULL;
}

static bool touch(struct slot *s, uint64_t address, bool write, const struct heap_caller *access) {
    struct slot *behind = underflowed(s, address);
    if (behind) {
        if (write)
            report(behind, SH_OVERFLOW_WRITE_BEFORE, (int64_t)(address - behind->start), behind->start - address,
                   access);
        return open_page(s, address, write, true);
    }
    uint64_t offset = address - s->end + 1, end = block_end(s);
    uint64_t *far = write ? &s->far_write : &s->far_read;
    if (*far < offset)
        *far = offset;
    uint64_t first = address;
    if (write && s->state == SLOT_LIVE)
        first = canary_first(end, s->end) < s->end ? canary_first(end, s->end) : address;
    if (s->state == SLOT_LIVE || write)
        report(s, s->state != SLOT_LIVE ? SH_OVERFLOW_WRITE_FREED : write ? SH_OVERFLOW_WRITE_AFTER : SH_OVERFLOW_READ_AFTER,
               (int64_t)(first - s->start), address + 1 - end + pad_of(s), access);
    return open_page(s, address, write, false);
}

bool guard_fault(int signo, void *siginfo, void *ucontext) {
    (void)signo;
    enum { ADDRESS = 2, GREGS = 5, RBP = GREGS + 10, RSP = GREGS + 15, RIP = GREGS + 16, ERR = GREGS + 19 };
    const uint64_t *context = ucontext;
    uint64_t address = ((const uint64_t *)siginfo)[ADDRESS];
    if (!slots_hold(address) || !(heap_slow & HEAP_SLOW_GUARD))
        return false;
    struct heap_caller access = {context[RIP], context[RSP], context[RBP]};
    heap_lock_take(&lock);
    struct slot *s = slots_find(address);
    bool handled = s && address >= s->end && address < s->end + SLOT_GUARD &&
                   touch(s, address, context[ERR] >> 1 & 1, &access);
    heap_lock_release(&lock);
    return handled;
}

void guard_touch(uint64_t address, uint64_t size, bool write, const struct heap_caller *caller) {
    if (!slots_hold(address) || size == 0)
        return;
    heap_lock_take(&lock);
    struct slot *s = slots_find(address);
    uint64_t last = address + size < address ? address : address + size - 1;
    if (s && s->state == SLOT_LIVE && address >= s->start && last >= s->end) {
        uint64_t limit = last < s->end + SLOT_GUARD ? last : s->end + SLOT_GUARD - 1;
        for (uint64_t at = address < s->end ? s->end : address; at <= limit; at = (at & ~(PAGE - 1)) + PAGE) {
            uint16_t open = write ? s->wrote : s->wrote | s->read;
            if (!(open >> (at - s->end) / PAGE & 1))
                touch(s, at, write, caller);
        }
        uint64_t *far = write ? &s->far_write : &s->far_read;
        if (*far < limit - s->end + 1)
            *far = limit - s->end + 1;
        report(s, write ? SH_OVERFLOW_WRITE_AFTER : SH_OVERFLOW_READ_AFTER, (int64_t)s->size,
               limit + 1 - block_end(s) + pad_of(s), caller);
    }
    heap_lock_release(&lock);
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
    for (unsigned tries = 0; __atomic_exchange_n(&lock.taken, 1, __ATOMIC_ACQUIRE) && tries < 1000; tries++)
        OS1(24 /* sched_yield */, 0);
    slots_visit(check);
    redzone_check_all();
    heap_stacks_write(stacks_path);
    heap_lock_release(&lock);
}
