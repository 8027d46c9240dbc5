// The hold table: at which places a thread is not to be switched out, by call stack.
//
// Where: sched_hold_match at each place while sched_holds is set, by the thread that runs (it has the baton),
// on the hook's stack; the rest from patch.c. Bounds in time, and what a hold does, are the scheduler's.
#ifndef SELFHEAL_SCHED_HOLD_H
#define SELFHEAL_SCHED_HOLD_H

#include "sched.h"
#include "stack_table.h"

extern uint8_t sched_holds; // 1: a patch with holds is in force; read it before sched_hold_match
extern struct stack_tables sched_hold_tables;

// Puts new holds in force; `entries` is copied. Entries whose modules are not loaded are left out by the caller.
void sched_hold_replace(const struct stack_entry *entries, unsigned count);

unsigned sched_hold_places(uint64_t pc, uint64_t sp, uint64_t bp);
// For how many places, this one included, the thread is not to be switched out; 0: no hold. Counts the
// entry's hit. pc: the site of a system call, or the return address of a pthread call in its caller; sp
// and bp: of that frame. Only while sched_holds is set.
static inline unsigned sched_hold_match(uint64_t pc, uint64_t sp, uint64_t bp) {
    return stack_tables_begin(&sched_hold_tables, pc) ? sched_hold_places(pc, sp, bp) : 0;
}

// A place where only holds matter (sched_only_holds): the one that lasts is a place shorter, and one may begin. pc 0: none
// begins here. (The pthread functions look by themselves whether there is anything to do, at pc alone: sync_x86_64.S.)
void sched_hold_count(uint64_t pc, uint64_t sp, uint64_t bp);
static inline void sched_hold_pass(uint64_t pc, uint64_t sp, uint64_t bp) {
    if (thread_self()->hold_left || (pc && stack_tables_begin(&sched_hold_tables, pc))) sched_hold_count(pc, sp, bp);
}

#endif
