// The program's calls of the pthread functions: places, and nothing more; the real functions do the work.
//
// Where: sync_x86_64.S holds the exported functions. While the program has one thread they cost a test and a jump.
#include "sync.h"

#include "fatal.h"
#include "intercept.h"
#include "modules.h"
#include "os.h"
#include "sched.h"
#include "sched_hold.h"
#include "syscalls.h"

#include <stddef.h>

#define X(name, operation, form) SYNC_##name,
enum { SYNC_FUNCTIONS(X) SYNC_COUNT };
#undef X

#define X(name, operation, form) _Static_assert(SH_OPERATION_FIRST + operation < SH_CLOCK_READ, #name);
SYNC_FUNCTIONS(X)
#undef X
_Static_assert(SH_OPERATION_FIRST + 1 == SH_MUTEX_LOCK && SH_OPERATION_FIRST + 27 == SH_SPIN_LOCK && SH_OPERATION_FIRST + 34 == SH_THREAD_CANCEL, "sync.h");

_Static_assert(STACK_TABLE_BITS == 10 && offsetof(struct stack_tables, filter) == 0, "sync_x86_64.S");

HOT_DATA uint64_t sync_real[SYNC_COUNT];

void sync_resolve(void) {
#define X(name, operation, form) #name,
    static const char *const names[SYNC_COUNT] = {SYNC_FUNCTIONS(X)};
#undef X
    if (!sync_real[0] && modules_load() < 0) fatal("the list of loaded modules cannot be read, so the pthread functions cannot be forwarded");
    for (unsigned i = 0; i < SYNC_COUNT && !sync_real[i]; i++) sync_real[i] = module_symbol(names[i], module_self());
    sync_slow = sched_on;
}

// On the hook's stack. `at` is where the program's return address lies. True: signals_raise is due, for the thread
// was away and signals have come: their place in the log is right behind its coming back.
bool sync_place(uint32_t operation, uint64_t object, const uint64_t *at, uint64_t bp) {
    bool behind = operation & 0x8000, yields = operation & 0x4000;
    if (sched_only_holds && !yields) {
        sched_hold_count(behind ? 0 : *at, (uintptr_t)(at + 1), bp);
        return false;
    }
    struct thread *t = thread_self();
    struct place p = {.operation = SH_OPERATION_FIRST + (operation & 0x3fff), .behind = behind, .object = object, .pc = *at, .sp = (uintptr_t)(at + 1), .bp = bp};
    uint64_t events = control->events;
    t->inside = 1;
    if (yields) sched_yield_place(&p);
    else sched_place(&p);
    bool due = control->events != events && run_signals_behind();
    t->inside = 0;
    return due;
}
