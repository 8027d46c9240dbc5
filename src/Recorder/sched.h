// The baton: threads run one at a time, and change only at places that a replay finds again.
//
// Where: in the hook. Whoever holds the baton runs the program's code and ours; the others sleep on their own
// word, or are outside in a system call.
// Rules: the baton goes to a named successor, never to whoever comes first; a change is in the log as the end of
//        a thread execution interval, with the number of places that the thread passed in it.
#ifndef SELFHEAL_SCHED_H
#define SELFHEAL_SCHED_H

#include "thread.h"

// A place: what the thread is about to do (or has just done), and where.
struct place {
    uint32_t operation; // system call or enum sh_operation
    bool behind;        // behind the operation, not before it
    uint64_t object;
    uint64_t pc, sp, bp;
};

extern uint8_t sched_on;       // 1: the program has started a thread
extern uint8_t sync_slow;      // 1: the pthread functions have to look closer: threads run, or they are not resolved yet
extern uint64_t sched_places;  // passed in the current interval
extern uint8_t sched_only_holds; // 1: places are asked about for the sake of holds, and of nothing else
extern uint64_t sched_stop;    // a place at or beyond this count has to ask sched_place

// The first thread is about to start another one.
void sched_start(bool fed);
// At a place, which has been counted in sched_places. Comes back when the thread may go on.
void sched_place(const struct place *p);
// The same where the thread says that others should run.
void sched_yield_place(const struct place *p);
// The same where it asks for input: if it has ended the wait of another one, which has not run since, it is that one's turn.
// Else both would wait for each other at every lock that is handed on to a waiter (docs/decisions/0014).
void sched_give_turn(void);
// Replay: before a call that may have been outside when it was recorded: sleeps as long as it was.
void sched_replay_outside(void);
// Around a call that may take its time: gives the baton up, and takes it again.
void sched_leave(void);
void sched_enter(void);

enum sched_wake { SCHED_WOKEN, SCHED_TIMEOUT, SCHED_SIGNAL };
// The thread waits for another one (its wait_ fields say for what). `deadline`: struct timespec or NULL, absolute
// on `clock`. Record: why it goes on; replay: SCHED_WOKEN, or SCHED_TIMEOUT: the log says what happened.
enum sched_wake sched_wait(const void *deadline, int clock);
// Ends another thread's wait.
void sched_wake(struct thread *t);
// A new thread may run.
void sched_add(struct thread *t);
// The new thread's first act: waits for its turn.
void sched_begin(struct thread *t);
// The thread, which is not the last one, ends; comes back without the baton.
void sched_end(void);
// Interception ends: everybody runs as the kernel likes.
void sched_release(void);
bool sched_released(void);
// No thread runs or could run: all of them wait.
bool sched_idle(void);
// The replay has gone live: nobody waits for the log any more.
void sched_live(void);
// Another patch is in force, perhaps with holds.
void sched_patch_changed(void);
// In a forked child, which has no other threads.
void sched_after_fork_child(void);
// In the handler of the thread's timer: it has had its share of time. `inside`: it is in the hook.
void sched_tick(bool inside);

#endif
