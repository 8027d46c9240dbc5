// Which thread runs next: the policies behind the baton. Pure choice; sched.c acts on it.
#ifndef SELFHEAL_SCHED_POLICY_H
#define SELFHEAL_SCHED_POLICY_H

#include "sched.h"

// The threads that want the baton, first come first.
extern struct thread *policy_queue;

// As the control page says. 0, or a negative errno: the script cannot be read.
int policy_start(void);
// Does each place have to be asked for?
bool policy_asks(void);
// A thread was made.
void policy_add(struct thread *t);
// `t` stands before `p` and could go on: the thread to run, perhaps itself; or NULL: the script wants *awaited, which is
// outside. `quantum`: it has had its share.
struct thread *policy_at_place(struct thread *t, const struct place *p, bool quantum, struct thread **awaited);
// `t` lets others go first: one of the queue, NULL: nobody is there.
struct thread *policy_at_yield(struct thread *t);
// `t` cannot go on: one of the queue, or NULL: nobody is there, or the script wants *awaited, which is outside.
struct thread *policy_successor(struct thread *t, struct thread **awaited);

#endif
