// How the kernel schedules the program's threads while only one of them may run.
#ifndef SELFHEAL_SCHED_CLASS_H
#define SELFHEAL_SCHED_CLASS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The first thread, which the others inherit from: one that wakes does not push the one that runs off the processor.
void sched_class_batch(void);
// The first thread, too: all share the processor that it is on, where nobody outside waits for them, as in a replay and where the log
// feeds them. Between two processors a hand-over takes ten times as long.
void sched_class_pin(void);
// All threads of the program, or the calling thread in a child or before an exec: as the program wants to have it.
void sched_class_end(void);
void sched_class_leave(void);
// What sched_getscheduler says to the program.
long sched_class_seen(long policy);
// What sched_getaffinity says: the processors that it had.
void sched_class_processors(uint8_t *mask, size_t size);

#endif
