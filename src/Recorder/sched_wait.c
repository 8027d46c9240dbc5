// A thread waits for another one, and is woken: by it, by time, by a signal, or by nobody any more (deadlock).
//
// Where: in the hook, called by syscalls_futex.c.
// Rules: what ends a wait is decided when the thread has the baton again, not when its time is up: so that the log
//        needs no more than the schedule, and the result if the thread was not woken.
#include "sched_baton.h"

#include "control.h"
#include "os.h"
#include "replay.h"
#include "run_mode.h"
#include "sched_policy.h"
#include "sched_run.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>

// Nobody runs, nobody can. Locked or alone.
static bool deadlocked(void) {
    if (baton.outside || policy_queue) return false;
    unsigned waiting = 0;
    for (unsigned i = 0; i < threads_count; i++) {
        const struct thread *t = threads[i];
        if (t->state != THREAD_WAITING) continue;
        if (t->wait_timed || t->pending) return false;
        waiting++;
    }
    return waiting > 0;
}

static void check_deadlock(struct thread *t) {
    baton_lock();
    bool dead = !baton.holder && deadlocked();
    if (dead) baton.holder = t;
    baton_unlock();
    if (!dead) return;
    sched_deadlock(); // comes back where a signal may yet change things
    baton_lock();
    if (baton.holder == t) baton.holder = NULL;
    baton_unlock();
}

// Sleeps until the thread has the baton. When its time is up, or a signal has come, it wants the baton, and can be
// woken all the same until it has it.
HOT static void wait_woken(struct thread *t, const void *deadline, int clock) {
    while (!baton_arrived(t) && !baton.released) {
        bool queued = t->queued, replay = run_mode == RUN_REPLAY;
        uint64_t command = FUTEX_WAIT_BITSET_PRIVATE | (clock == CLOCK_REALTIME ? FUTEX_CLOCK_REALTIME : 0);
        uint64_t args[6] = {(uintptr_t)&t->turn, command, 0, (uintptr_t)(replay ? NULL : deadline), 0, ~0u};
        if (queued) {
            baton_wait(t);
            return;
        }
        long result = os_call_interruptible(SYS_futex, args);
        if (replay || (result != -110 && !t->pending)) continue;
        baton_lock();
        bool free = !t->queued && !t->turn && baton_free_for(t);
        if (free) baton_take(t);
        else if (!t->turn) baton_enqueue(t);
        baton_unlock();
        if (free) break;
    }
}

// Replay: the thread stops running where the log has no switch, so that it must have been the last one that could.
static void not_in_log(const char *what) {
    const struct replay_event *e = replay_peek();
    if (e && e->code == SH_EVENT_FAILURE && deadlocked()) sched_deadlock();
    sched_diverged(what);
}

// The holder gives the baton to `next`, or to whom the policy says, and does not want it back for now.
HOT static void stop_running(struct thread *t, struct thread *next, enum thread_state state, unsigned why) {
    baton_lock();
    t->state = state;
    if (next) {
        baton_trace(t, next, why);
        baton_hand_to(next, IN_CALL);
    } else {
        baton_give_up(t, why);
    }
    baton_unlock();
    if (!next) check_deadlock(t);
}

HOT enum sched_wake sched_wait(const void *deadline, int clock) {
    struct thread *t = thread_self();
    sched_places++;
    t->woken = false;
    t->wait_timed = deadline;
    struct thread *next = baton_logged_successor(t, IN_CALL);
    if (run_mode == RUN_REPLAY && !next) {
        t->state = THREAD_WAITING;
        const struct replay_event *e = replay_peek();
        if (e && (e->code == SYS_futex || e->code == SH_EVENT_SIGNAL)) { // its time was up before any other thread ran
            t->state = THREAD_RUNNING;
            thread_waits[t->index] = 0;
            return SCHED_TIMEOUT;
        }
        not_in_log("the program waits for another thread");
    }
    stop_running(t, next, THREAD_WAITING, SH_SWITCH_BLOCKED);
    wait_woken(t, deadline, clock);
    t->state = THREAD_RUNNING;
    thread_waits[t->index] = 0;
    if (t->woken || baton.released) return SCHED_WOKEN;
    return run_mode != RUN_REPLAY && t->pending ? SCHED_SIGNAL : SCHED_TIMEOUT;
}

HOT void sched_wake(struct thread *t) {
    baton_lock();
    t->woken = true;
    thread_waits[t->index] = 0;
    if (!t->queued && !t->turn) {
        t->state = THREAD_READY;
        baton_enqueue(t);
        if (!baton.owed) baton.owed = t;
    }
    baton_unlock();
}

void sched_end(void) {
    struct thread *t = thread_self();
    if (t->tick_timer >= 0) OS1(SYS_timer_delete, t->tick_timer);
    sched_places++;
    struct thread *next = baton_logged_successor(t, IN_CALL);
    if (run_mode == RUN_REPLAY && !next) {
        t->state = THREAD_ENDED;
        not_in_log("a thread ends");
    }
    stop_running(t, next, THREAD_ENDED, SH_SWITCH_ENDED);
}
