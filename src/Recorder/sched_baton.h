// The baton itself: who has it, who wants it, and how it changes hands. Inner header of sched*.c.
#ifndef SELFHEAL_SCHED_BATON_H
#define SELFHEAL_SCHED_BATON_H

#include "sched.h"

// Where an interval ends: at a place, where the thread could have gone on; in a call that waits or takes its time, or at
// the thread's end; right before an allocation; or somewhere between.
enum baton_where { AT_PLACE, IN_CALL, AT_ALLOCATION, BETWEEN };

struct baton {
    struct thread *holder;   // NULL: nobody runs
    struct thread *interval; // whose interval it is in the log
    struct thread *awaited;  // the script wants this one, which is outside
    struct thread *to_wake;  // it has the baton and does not know yet
    unsigned outside;        // threads in system calls without the baton
    unsigned ticks, idle_ticks; // of the running thread's time in this interval; in a row without a place
    uint64_t seen_places, seen_events;
    bool quantum_over, hold_over, released;
    struct thread *owed; // whom the running thread has woken, and who waits for the baton since; NULL: none
    unsigned owed_turns; // in a row
};
extern struct baton baton; // changed with the lock held

void baton_lock(void);
void baton_unlock(void); // and wakes the thread that the baton was handed to
void baton_enqueue(struct thread *t);
// Are places to be asked about? Sets sched_stop.
void baton_ask_again(void);
// Locked: the current interval ends here, and `next` has the baton.
void baton_hand_to(struct thread *next, enum baton_where where);
// Locked, the baton is free: the calling thread takes it.
void baton_take(struct thread *t);
// Locked: may the calling thread take it?
bool baton_free_for(const struct thread *t);
// Locked: the holder goes without the baton, to whom the policy says; enum sh_switch.
void baton_give_up(struct thread *t, unsigned why);
// The holder gives the baton to `next`, and sleeps until it has it again.
void baton_switch(struct thread *t, struct thread *next, unsigned why, enum baton_where where);
// The holder lets a thread come first that is outside, but does not wait for it too long.
void baton_await(struct thread *t, struct thread *awaited);
// Sleeps until the thread has the baton.
void baton_wait(struct thread *t);
// Has the thread been given the baton? Takes note of it.
bool baton_arrived(struct thread *t);
// Replay: the thread that the log lets go on here, NULL: this one.
struct thread *baton_logged_successor(const struct thread *t, enum baton_where where);
void baton_trace(const struct thread *t, const struct thread *next, unsigned why);

#endif
