// How the kernel schedules the program's threads while only one of them may run.
#ifndef SELFHEAL_SCHED_CLASS_H
#define SELFHEAL_SCHED_CLASS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The first thread, which the others inherit from: one that wakes does not push the one that runs off the processor;
// `together`: they share one, as nobody outside waits for them, in a replay and where the log feeds them. A replay needs only that.
void sched_class_start(bool replay, bool together);
// All threads of the program, or the calling thread in a child or before an exec: as the program wants to have it.
void sched_class_end(void);
void sched_class_leave(void);
// What sched_getscheduler says to the program.
long sched_class_seen(long policy);
// What sched_getaffinity says: the processors that it had.
void sched_class_processors(uint8_t *mask, size_t size);

#endif
