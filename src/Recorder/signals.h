// Signals of the program: asynchronous ones wait for an event, so that a replay can deliver them exactly
// there.
#ifndef SELFHEAL_SIGNALS_H
#define SELFHEAL_SIGNALS_H

#include "intercept.h"

#include <stdbool.h>
#include <stddef.h>

#define SIGNALS_COUNT 65
#define SIGNALS_BEFORE_EVENT UINT64_MAX // sh_signal.allocations: right before the next event
#define SIGNALS_WITH_LAST (UINT64_MAX - 1) // the same, together with the signal before this one

struct kernel_sigaction {
    void (*handler)(int);
    uint64_t flags;
    void (*restorer)(void);
    uint64_t mask;
};
// What the program has asked for, per signal.
extern struct kernel_sigaction signals_actions[SIGNALS_COUNT];

void signals_start(void);
// The system calls on signals, virtual: result or negative errno.
long signals_action(int sig, const struct kernel_sigaction *fresh, struct kernel_sigaction *old);
long signals_mask(int how, const uint64_t *fresh, uint64_t *old, size_t size);
long signals_alternate_stack(const void *fresh, void *old);

// Record, in the hook: moves the waiting signals to the delivery list and logs them at `place` (see
// sh_signal.allocations). True if there is something to deliver: return INTERCEPT_SIGNALS or
// INTERCEPT_RETURN_SIGNALS.
bool signals_take(uint64_t place);
// Replay, in the hook: puts one logged signal on the delivery list.
void signals_put(const struct sh_signal *logged);
// A signal that came in a call which is no event waits for the next one, but not for ever.
void signals_postpone(void);
// Replay: run_log_end comes in a while, unless the program ends before.
void signals_end_later(void);
// Does the list hold a signal whose handler does not have SA_RESTART?
bool signals_interrupt(void);
// On the program's stack: runs the handlers of the delivery list.
void signals_raise(void);
// In malloc's slow path (HEAP_SLOW_SIGNAL).
void signals_at_allocation(void);
// Replay: deliver at the n-th allocation from now on. 0: no such order.
void signals_replay_at(uint64_t allocations);
// Is it fatal to send `sig` to the program itself now (default action, not blocked)?
bool signals_fatal(int sig);
// The handler of fatal and trap signals; crash.c.
void crash_entry(int sig, void *info, void *context);
// In a forked child.
void signals_forget(void);

#endif
