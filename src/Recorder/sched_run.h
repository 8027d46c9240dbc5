// What the baton needs of the rest: implemented by run.c, so that sched.c stands alone.
#ifndef SELFHEAL_SCHED_RUN_H
#define SELFHEAL_SCHED_RUN_H

#include <stdint.h>

#define SCHED_SIGNAL_NUMBER 64 // of our timers, see signals.c
#define SCHED_TICK 0x7e1f      // si_value of the one that counts a thread's processor time

// Replay: the thread does something else than the log says, in a place without an event. Goes live or ends.
void sched_diverged(const char *what);
// Every thread waits for another one: failure record, and the end if SH_FLAG_END_DEADLOCK says so.
void sched_deadlock(void);
// A system call that an arriving signal interrupts even if it has not quite started (os_x86_64.S).
long os_call_interruptible(long nr, const uint64_t args[6]);

#endif
