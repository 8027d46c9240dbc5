// SCHED_BATCH instead of SCHED_OTHER: a thread that wakes up does not push the running one off the processor.
//
// Where: in the hook, when the second thread starts and when recording ends; in children.
// Why:   a thread that is woken without the baton could only go to sleep again (docs/decisions/0007).
// Rules: a class that the program has chosen itself stays; what it asks for is answered as without us.
#include "sched_class.h"

#include "os.h"
#include "thread.h"

#include <sched.h>
#include <sys/syscall.h>

static bool batch;

static bool set(int tid, int from, int to) {
    static const struct sched_param none;
    return OS1(SYS_sched_getscheduler, tid) == from && !OS3(SYS_sched_setscheduler, tid, to, &none);
}

void sched_class_start(void) { batch = set(0, SCHED_OTHER, SCHED_BATCH); }

void sched_class_end(void) {
    for (unsigned i = 0; batch && i < threads_count; i++)
        if (threads[i]->state != THREAD_ENDED) set(threads[i]->real_tid, SCHED_BATCH, SCHED_OTHER);
    batch = false;
}

void sched_class_leave(void) {
    if (batch) set(0, SCHED_BATCH, SCHED_OTHER);
}

long sched_class_seen(long policy) { return batch && policy == SCHED_BATCH ? SCHED_OTHER : policy; }
