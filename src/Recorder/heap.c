// What the malloc family does when heap_slow is set: resolve, deliver a signal, pad, guard, trace, forward.
//
// Where: in the program's calls of malloc and its kin; the first ones come from the loader, before our
//        constructor. The handlers are entered by a jump from heap_x86_64.S and return to the program.
// Rules: errno is only ever touched by the program's own allocator. Nothing here calls the exported names.
#include "heap.h"

#include "fatal.h"
#include "heap_guard.h"
#include "heap_pad.h"
#include "modules.h"
#include "os.h"
#include "recorder_abi.h"
#include "trace.h"

HOT_DATA uint32_t heap_slow = HEAP_SLOW_RESOLVE;
HOT_DATA uint64_t heap_allocations;
bool heap_reporting = true;
HOT_DATA uint64_t heap_real[HEAP_FUNCTIONS];

#define REAL(index, type) ((type)heap_real[index])
typedef void *one_size(size_t);
typedef void *two_sizes(size_t, size_t);
typedef void *resizer(void *, size_t);
typedef void *array_resizer(void *, size_t, size_t);
typedef int aligner(void **, size_t, size_t);

void heap_slow_set(uint32_t bits) { __atomic_fetch_or(&heap_slow, bits, __ATOMIC_SEQ_CST); }
void heap_slow_clear(uint32_t bits) { __atomic_fetch_and(&heap_slow, ~bits, __ATOMIC_SEQ_CST); }

void heap_lock_take(struct heap_lock *lock) {
    for (unsigned spins = 0; __atomic_exchange_n(&lock->taken, 1, __ATOMIC_ACQUIRE); spins++) {
        if (spins % 64 == 63)
            OS1(24 /* sched_yield */, 0);
        else
            __builtin_ia32_pause();
    }
}
void heap_lock_release(struct heap_lock *lock) { __atomic_store_n(&lock->taken, 0, __ATOMIC_RELEASE); }

void heap_after_fork_child(void) {
    heap_reporting = false;
    heap_slow_clear(HEAP_SLOW_TRACE | HEAP_SLOW_SIGNAL);
    guard_after_fork_child();
    trace_after_fork_child();
}

static __attribute__((noinline)) void resolve(void) {
    static const char *const names[HEAP_FUNCTIONS] = {
        "malloc", "free", "calloc", "realloc", "memalign", "aligned_alloc", "posix_memalign", "valloc",
        "pvalloc", "malloc_usable_size", "reallocarray"};
    if (modules_load() < 0)
        fatal("the list of loaded modules cannot be read, so malloc cannot be forwarded");
    for (unsigned i = 0; i < HEAP_FUNCTIONS; i++) {
        heap_real[i] = module_symbol(names[i], module_self());
        if (!heap_real[i] && i <= HEAP_REALLOC)
            fatal("the program's own malloc cannot be found");
    }
    heap_slow_clear(HEAP_SLOW_RESOLVE);
}

void *heap_real_malloc(size_t size) { return REAL(HEAP_MALLOC, one_size *)(size); }
void heap_real_free(void *block) { REAL(HEAP_FREE, void (*)(void *))(block); }
void *heap_real_realloc(void *block, size_t size) { return REAL(HEAP_REALLOC, resizer *)(block, size); }
size_t heap_real_usable_size(void *block) { return REAL(HEAP_USABLE_SIZE, size_t (*)(void *))(block); }

// What a slow call found out before it allocates.
struct call {
    struct heap_caller caller;
    uint64_t number; // index of this allocation
    uint32_t slow;
};

static struct call begin(uint64_t pc, uint64_t sp, uint64_t bp) {
    if (UNLIKELY(heap_slow & HEAP_SLOW_RESOLVE))
        resolve();
    struct call call = {{pc, sp, bp}, heap_allocations - 1, 0};
    if (heap_slow & HEAP_SLOW_SCHED && sched_at_allocation())
        signals_behind_switch();
    if (heap_slow & HEAP_SLOW_SIGNAL)
        signals_at_allocation();
    call.slow = heap_slow;
    return call;
}

HOT static size_t padded(const struct call *call, size_t size) {
    return call->slow & HEAP_SLOW_PAD && heap_pad_maybe(call->caller.pc, call->caller.sp) ? heap_pad_size(&call->caller, size) : size;
}

// After the program's own allocator has given `real`: puts a guarded block in its place, and traces the call.
// In guard mode too each call reaches the real allocator, so that it makes the system calls it made when the
// run was recorded, and fails where it failed.
static void *end(const struct call *call, uint32_t kind, size_t asked, size_t total, size_t alignment, void *real) {
    void *block = real;
    if (call->slow & HEAP_SLOW_GUARD && real) {
        struct guard_request r = {call->caller, call->number, kind, asked, total, alignment, real};
        block = guard_allocate(&r);
    }
    if (call->slow & HEAP_SLOW_TRACE)
        trace_alloc(call->number, kind, asked, 0, (uint64_t)block, call->caller.pc, call->caller.sp, call->caller.bp);
    return block;
}

static __attribute__((noinline)) void *malloc_in_full(size_t size, uint64_t pc, uint64_t sp, uint64_t bp) {
    struct call call = begin(pc, sp, bp);
    size_t total = padded(&call, size);
    return end(&call, SH_ALLOC_MALLOC, size, total, 16, heap_real_malloc(total));
}

void *heap_slow_malloc(size_t size, size_t unused1, size_t unused2, uint64_t pc, uint64_t sp, uint64_t bp) {
    (void)unused1, (void)unused2;
    if (LIKELY(heap_slow == HEAP_SLOW_PAD && !heap_pad_maybe(pc, sp))) // a patched run's usual call
        return heap_real_malloc(size);
    return malloc_in_full(size, pc, sp, bp);
}

void *heap_slow_calloc(size_t count, size_t each, size_t unused, uint64_t pc, uint64_t sp, uint64_t bp) {
    (void)unused;
    struct call call = begin(pc, sp, bp);
    size_t size;
    if (__builtin_mul_overflow(count, each, &size))
        return end(&call, SH_ALLOC_CALLOC, SIZE_MAX, SIZE_MAX, 16, REAL(HEAP_CALLOC, two_sizes *)(count, each));
    size_t total = padded(&call, size);
    return end(&call, SH_ALLOC_CALLOC, size, total, 16, REAL(HEAP_CALLOC, two_sizes *)(1, total));
}

void *heap_slow_realloc(void *old, size_t size, size_t unused, uint64_t pc, uint64_t sp, uint64_t bp) {
    (void)unused;
    struct call call = begin(pc, sp, bp);
    // realloc(block, 0) frees: a pad would turn it into an allocation.
    size_t total = old && size == 0 ? 0 : padded(&call, size);
    void *block;
    if (call.slow & HEAP_SLOW_GUARD) {
        struct guard_request r = {call.caller, call.number, SH_ALLOC_REALLOC, size, total, 16, NULL};
        block = guard_reallocate(&r, old);
    } else {
        block = heap_real_realloc(old, total);
    }
    if (call.slow & HEAP_SLOW_TRACE)
        trace_alloc(call.number, SH_ALLOC_REALLOC, size, (uint64_t)old, (uint64_t)block, pc, sp, bp);
    return block;
}

void *heap_slow_memalign(size_t alignment, size_t size, size_t unused, uint64_t pc, uint64_t sp, uint64_t bp) {
    (void)unused;
    struct call call = begin(pc, sp, bp);
    size_t total = padded(&call, size);
    return end(&call, SH_ALLOC_ALIGNED, size, total, alignment, REAL(HEAP_MEMALIGN, two_sizes *)(alignment, total));
}

void *heap_slow_aligned_alloc(size_t alignment, size_t size, size_t unused, uint64_t pc, uint64_t sp,
                              uint64_t bp) {
    (void)unused;
    struct call call = begin(pc, sp, bp);
    size_t total = padded(&call, size);
    return end(&call, SH_ALLOC_ALIGNED, size, total, alignment,
               REAL(HEAP_ALIGNED_ALLOC, two_sizes *)(alignment, total));
}

void *heap_slow_valloc(size_t size, size_t unused1, size_t unused2, uint64_t pc, uint64_t sp, uint64_t bp) {
    (void)unused1, (void)unused2;
    struct call call = begin(pc, sp, bp);
    size_t total = padded(&call, size);
    return end(&call, SH_ALLOC_ALIGNED, size, total, PAGE, REAL(HEAP_VALLOC, one_size *)(total));
}

void *heap_slow_pvalloc(size_t size, size_t unused1, size_t unused2, uint64_t pc, uint64_t sp, uint64_t bp) {
    (void)unused1, (void)unused2;
    struct call call = begin(pc, sp, bp);
    size_t total = padded(&call, size), whole = (total + PAGE - 1) & ~(PAGE - 1);
    return end(&call, SH_ALLOC_ALIGNED, size, whole, PAGE, REAL(HEAP_PVALLOC, one_size *)(total));
}

int heap_slow_posix_memalign(void **to, size_t alignment, size_t size, uint64_t pc, uint64_t sp, uint64_t bp) {
    struct call call = begin(pc, sp, bp);
    size_t total = padded(&call, size);
    void *real = NULL;
    int failed = REAL(HEAP_POSIX_MEMALIGN, aligner *)(&real, alignment, total);
    void *block = end(&call, SH_ALLOC_ALIGNED, size, total, alignment, failed ? NULL : real);
    if (!failed)
        *to = block;
    return failed;
}

void *heap_slow_reallocarray(void *old, size_t count, size_t each, uint64_t pc, uint64_t sp, uint64_t bp) {
    (void)pc, (void)sp, (void)bp;
    if (heap_slow & HEAP_SLOW_RESOLVE)
        resolve();
    if (!heap_real[HEAP_REALLOCARRAY]) // glibc before 2.26: fail as it would, by way of an impossible size
        return heap_real_realloc(old, SIZE_MAX);
    return REAL(HEAP_REALLOCARRAY, array_resizer *)(old, count, each);
}

void heap_slow_free(void *block, size_t unused1, size_t unused2, uint64_t pc, uint64_t sp, uint64_t bp) {
    (void)unused1, (void)unused2;
    if (UNLIKELY(heap_slow & HEAP_SLOW_RESOLVE))
        resolve();
    uint32_t slow = heap_slow;
    if (slow & HEAP_SLOW_TRACE && block)
        trace_free((uint64_t)block, pc, sp, bp);
    heap_real_free(slow & HEAP_SLOW_GUARD ? guard_free(block) : block);
}

size_t heap_slow_usable_size(void *block, size_t unused1, size_t unused2, uint64_t pc, uint64_t sp, uint64_t bp) {
    (void)unused1, (void)unused2, (void)pc, (void)sp, (void)bp;
    if (UNLIKELY(heap_slow & HEAP_SLOW_RESOLVE))
        resolve();
    size_t size;
    if (heap_slow & HEAP_SLOW_GUARD && guard_usable_size(block, &size))
        return size;
    return heap_real_usable_size(block);
}
