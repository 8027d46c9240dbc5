// SCHED_BATCH instead of SCHED_OTHER: a thread that wakes up does not push the running one off the processor. In a
// replay, where no thread waits outside, and where the log feeds a live run, all of them on one processor.
//
// Where: in the hook, when the second thread starts and when recording ends; in children.
// Why:   a thread that is woken without the baton could only go to sleep again (docs/decisions/0007).
// Rules: a class that the program has chosen itself stays; what it asks for is answered as without us.
#include "sched_class.h"

#include "os.h"
#include "thread.h"

#include <sched.h>
#include <sys/syscall.h>

static bool batch, pinned;
static uint64_t before[128], one[128]; // the processors that it had, and that it has

static bool set(int tid, int from, int to) {
    static const struct sched_param none;
    return OS1(SYS_sched_getscheduler, tid) == from && !OS3(SYS_sched_setscheduler, tid, to, &none);
}

void sched_class_pin(void) {
    unsigned now = 0;
    if (OS3(SYS_getcpu, &now, 0, 0) || now >= 8 * sizeof before || OS3(SYS_sched_getaffinity, 0, sizeof before, before) <= 0) return;
    os_fill(one, 0, sizeof one);
    one[now / 64] = 1ul << now % 64;
    pinned = !OS3(SYS_sched_setaffinity, 0, sizeof one, one);
}

void sched_class_batch(void) { batch = set(0, SCHED_OTHER, SCHED_BATCH); }

void sched_class_end(void) {
    for (unsigned i = 0; (batch || pinned) && i < threads_count; i++) {
        if (threads[i]->state == THREAD_ENDED) continue;
        if (batch) set(threads[i]->real_tid, SCHED_BATCH, SCHED_OTHER);
        if (pinned) OS3(SYS_sched_setaffinity, threads[i]->real_tid, sizeof before, before);
    }
    batch = pinned = false;
}

void sched_class_leave(void) {
    if (batch) set(0, SCHED_BATCH, SCHED_OTHER);
    if (pinned) OS3(SYS_sched_setaffinity, 0, sizeof before, before);
}

void sched_class_processors(uint8_t *mask, size_t size) {
    if (pinned && os_compare(mask, one, size) == 0) os_copy(mask, before, size);
}

long sched_class_seen(long policy) { return batch && policy == SCHED_BATCH ? SCHED_OTHER : policy; }
