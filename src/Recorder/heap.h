// The program's malloc family: counted, padded, guarded or traced, then forwarded to its own allocator.
//
// Where: heap_x86_64.S holds the exported functions; heap.c what they do when more than counting is asked.
#ifndef SELFHEAL_HEAP_H
#define SELFHEAL_HEAP_H

// Order of the program's next definitions in heap_real[], used by heap_x86_64.S.
#define HEAP_MALLOC 0
#define HEAP_FREE 1
#define HEAP_CALLOC 2
#define HEAP_REALLOC 3
#define HEAP_MEMALIGN 4
#define HEAP_ALIGNED_ALLOC 5
#define HEAP_POSIX_MEMALIGN 6
#define HEAP_VALLOC 7
#define HEAP_PVALLOC 8
#define HEAP_USABLE_SIZE 9
#define HEAP_REALLOCARRAY 10
#define HEAP_FUNCTIONS 11

// Bits of heap_slow: what an allocation does beside counting.
#define HEAP_SLOW_RESOLVE 1 // before the first call: heap_real[] is empty
#define HEAP_SLOW_PAD 2     // a patch with pads is in force
#define HEAP_SLOW_GUARD 4   // guard mode
#define HEAP_SLOW_TRACE 8   // trace mode
#define HEAP_SLOW_SIGNAL 16 // call signals_at_allocation() first
#define HEAP_SLOW_SCHED 32 // call sched_at_allocation() first
#define HEAP_SLOW_FREE (HEAP_SLOW_RESOLVE | HEAP_SLOW_GUARD | HEAP_SLOW_TRACE) // those that free() obeys

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LIKELY(condition) __builtin_expect(!!(condition), 1)
#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)

extern uint32_t heap_slow;
// Calls that allocate, since the start. A call is counted before anything else happens in it, so that
// within signals_at_allocation() the current call is included.
extern uint64_t heap_allocations;
// False in a forked child: it goes on with the same heap, but reports and traces nothing.
extern bool heap_reporting;

void heap_slow_set(uint32_t bits);
void heap_slow_clear(uint32_t bits);
// In the child after fork, before the program goes on.
void heap_after_fork_child(void);

// The state of malloc's caller: return address, stack pointer after the return, rbp.
struct heap_caller {
    uint64_t pc, sp, bp;
};

// The program's own allocator. Resolved by the first call of any of the exported functions.
void *heap_real_malloc(size_t size);
void heap_real_free(void *block);
void *heap_real_realloc(void *block, size_t size);
size_t heap_real_usable_size(void *block);

// A lock for the parts that only run in diagnosis modes.
struct heap_lock {
    uint32_t taken;
};
void heap_lock_take(struct heap_lock *lock);
void heap_lock_release(struct heap_lock *lock);

// Implemented by the signal part: delivers what is due at allocation heap_allocations.
void signals_at_allocation(void);
// The same, where the thread was switched out: delivers what is due right behind its coming back.
void signals_behind_switch(void);
// An event has happened: allocations count from here, for the place of a signal.
void signals_event(void);
// Implemented by the baton: other threads may run here. True: they have.
bool sched_at_allocation(void);
#endif
#endif
