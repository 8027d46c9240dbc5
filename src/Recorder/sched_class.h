// How the kernel schedules the program's threads while only one of them may run.
#ifndef SELFHEAL_SCHED_CLASS_H
#define SELFHEAL_SCHED_CLASS_H

#include <stdbool.h>

// The first thread, which the others inherit from: one that wakes does not push the one that runs off the processor;
// in a replay they share one.
void sched_class_start(bool replay);
// All threads of the program, or the calling thread in a child or before an exec: as the program wants to have it.
void sched_class_end(void);
void sched_class_leave(void);
// What sched_getscheduler says to the program.
long sched_class_seen(long policy);

#endif
