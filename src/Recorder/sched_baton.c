// The baton itself: who has it, who wants it, and how it changes hands; the intervals in the log.
//
// Where: in the hook, and in the handler of a thread's timer.
// How:   a thread that wants the baton stands in a queue and sleeps on its own word.
// Invariant: only the holder reads or writes the log. A thread that comes back from outside takes the baton if it
//        is free, so that nothing is waited for while a thread could run.
#include "sched_baton.h"

#include "control.h"
#include "heap.h"
#include "log.h"
#include "os.h"
#include "replay.h"
#include "run_mode.h"
#include "sched_class.h"
#include "sched_hold.h"
#include "sched_policy.h"
#include "sched_run.h"
#include "trace.h"

#include <linux/futex.h>
#include <linux/time_types.h>
#include <sys/syscall.h>

#define AWAITED_NS 50000000l // a script waits no longer for a thread that is outside
#define CHECK_INEXACT 0x8000u // bits of an INTERVAL event's check
#define CHECK_IN_CALL 0x4000u
#define PLACES_LONG 0x3fffu

HOT_DATA struct baton baton;
HOT_DATA uint64_t sched_places, sched_stop = UINT64_MAX;
HOT_DATA uint8_t sched_only_holds;
HOT_DATA static uint32_t locked;

HOT void baton_lock(void) {
    for (unsigned spins = 0; __atomic_exchange_n(&locked, 1, __ATOMIC_ACQUIRE); spins++)
        if (spins % 16 == 15) OS1(SYS_sched_yield, 0);
        else __builtin_ia32_pause();
}

// The woken thread may run at once on this processor, and must not find the lock taken.
HOT void baton_unlock(void) {
    struct thread *wake = baton.to_wake;
    baton.to_wake = NULL;
    __atomic_store_n(&locked, 0, __ATOMIC_RELEASE);
    if (wake) OS3(SYS_futex, &wake->turn, FUTEX_WAKE_PRIVATE, 1);
}

// ---------------------------------------------------------------- the queue
HOT void baton_enqueue(struct thread *t) {
    if (t->queued) return;
    struct thread **link = &policy_queue;
    while (*link) link = &(*link)->next;
    t->next = NULL;
    t->queued = true;
    *link = t;
}

static void dequeue(struct thread *t) {
    for (struct thread **link = &policy_queue; t->queued && *link; link = &(*link)->next) {
        if (*link != t) continue;
        *link = t->next;
        t->queued = false;
        return;
    }
}

// ---------------------------------------------------------------- intervals
HOT void baton_ask_again(void) {
    bool asks = run_mode == RUN_REPLAY || policy_asks() || (control->flags & SH_FLAG_TRACE);
    sched_only_holds = sched_holds && !asks && control->sched_policy != SH_POLICY_PROBE;
    sched_stop = asks || sched_holds ? 0 : UINT64_MAX;
}

// What an INTERVAL event carries beside its check.
struct interval_payload {
    uint64_t places, allocations;
};

HOT static void log_interval(const struct thread *next, enum baton_where where) {
    bool is_long = sched_places >= PLACES_LONG || where == AT_ALLOCATION;
    struct interval_payload exact = {sched_places, heap_allocations};
    struct iovec piece = {&exact, where == AT_ALLOCATION ? sizeof exact : sizeof exact.places};
    struct log_payload p = {.fd = -1, .blob = &piece, .blob_count = 1, .blob_size = piece.iov_len};
    uint32_t check = (is_long ? PLACES_LONG : (uint32_t)sched_places) | (where == BETWEEN ? CHECK_INEXACT : 0) | (where == IN_CALL ? CHECK_IN_CALL : 0);
    log_append(SH_EVENT_INTERVAL, check, next->number, 0, is_long ? &p : NULL);
}

HOT static void begin_interval(struct thread *next, enum baton_where where) {
    if (next != baton.interval) {
        if (run_mode == RUN_RECORD) log_interval(next, where);
        baton.interval->places += sched_places;
        control->places += sched_places;
        control->switches++;
        if (where == BETWEEN) control->inexact_switches++;
        sched_places = 0;
        baton.interval = next;
        signals_event();
    }
    if (baton.quantum_over && run_mode != RUN_REPLAY) heap_slow_clear(HEAP_SLOW_SCHED);
    baton.ticks = baton.idle_ticks = 0;
    baton.quantum_over = baton.hold_over = false;
    baton.owed_turns = baton.owed == next ? baton.owed_turns + 1 : 0;
    baton.owed = NULL;
    baton.awaited = NULL;
    baton_ask_again();
}

HOT struct thread *baton_logged_successor(const struct thread *t, enum baton_where where) {
    if (run_mode != RUN_REPLAY) return NULL;
    run_skip_markers();
    const struct replay_event *e = replay_peek();
    if (!e || e->code != SH_EVENT_INTERVAL) return NULL;
    struct interval_payload exact = {e->check & PLACES_LONG, 0};
    bool has_payload = e->blob_size == sizeof exact || e->blob_size == sizeof exact.places;
    if (exact.places == PLACES_LONG && has_payload) os_copy(&exact, e->blob, e->blob_size);
    enum baton_where logged = e->check & CHECK_INEXACT ? BETWEEN : e->check & CHECK_IN_CALL ? IN_CALL : e->blob_size == sizeof exact ? AT_ALLOCATION : AT_PLACE;
    if (logged != where || exact.places != sched_places || (where == AT_ALLOCATION && exact.allocations != heap_allocations)) return NULL;
    struct thread *next = thread_by_number((uint32_t)e->result);
    if (!next || next == t) {
        sched_diverged("the log names a thread that does not exist");
        return NULL;
    }
    replay_take();
    return next;
}

// ---------------------------------------------------------------- handing over
HOT void baton_hand_to(struct thread *next, enum baton_where where) {
    begin_interval(next, where);
    dequeue(next);
    baton.holder = next;
    next->state = THREAD_RUNNING;
    __atomic_store_n(&next->turn, 1, __ATOMIC_RELEASE);
    baton.to_wake = next;
}

HOT bool baton_free_for(const struct thread *t) {
    return !baton.holder && (!baton.awaited || baton.awaited == t) && !baton.released;
}

HOT void baton_take(struct thread *t) {
    dequeue(t);
    baton.holder = t;
    begin_interval(t, IN_CALL);
}

void baton_trace(const struct thread *t, const struct thread *next, unsigned why) {
    if (control->flags & SH_FLAG_TRACE) trace_switch(t->places + sched_places, next ? next->number : UINT32_MAX, why, t->where);
}

HOT void baton_give_up(struct thread *t, unsigned why) {
    t->hold_left = 0;
    struct thread *awaited = NULL, *next = policy_successor(t, &awaited);
    baton_trace(t, next, why);
    if (next) {
        baton_hand_to(next, IN_CALL);
    } else {
        baton.holder = NULL;
        baton.awaited = awaited;
    }
}

HOT void baton_switch(struct thread *t, struct thread *next, unsigned why, enum baton_where where) {
    baton_trace(t, next, why);
    baton_lock();
    t->state = THREAD_READY;
    baton_enqueue(t);
    baton_hand_to(next, where);
    baton_unlock();
    baton_wait(t);
}

HOT bool baton_arrived(struct thread *t) {
    if (!__atomic_load_n(&t->turn, __ATOMIC_ACQUIRE)) return false;
    t->turn = 0;
    return true;
}

void baton_await(struct thread *t, struct thread *awaited) {
    baton_trace(t, awaited, SH_SWITCH_INTERRUPTED);
    baton_lock();
    if (awaited->state == THREAD_OUTSIDE) { // has not come in between
        t->state = THREAD_READY;
        t->queued = true;
        t->next = policy_queue; // the first, should it not come
        policy_queue = t;
        baton.holder = NULL;
        baton.awaited = awaited;
    }
    bool waits = t->queued;
    baton_unlock();
    if (waits) baton_wait(t);
}

// Script: the thread that is waited for does not come.
static void stop_awaiting(struct thread *t) {
    baton_lock();
    if (policy_queue == t && !baton.holder) {
        baton_take(t);
        t->turn = 1;
    }
    baton_unlock();
}

HOT void baton_wait(struct thread *t) {
    struct __kernel_timespec patience = {0, AWAITED_NS};
    bool script = control->sched_policy == SH_POLICY_SCRIPT && run_mode != RUN_REPLAY;
    while (!baton_arrived(t) && !baton.released) {
        long result = OS4(SYS_futex, &t->turn, FUTEX_WAIT_PRIVATE, 0, script ? &patience : NULL);
        if (result == -110 /* ETIMEDOUT */ && !t->turn) stop_awaiting(t);
    }
    t->state = THREAD_RUNNING;
}

void sched_after_fork_child(void) {
    sched_class_leave();
    sched_on = 0;
    locked = 0;
    heap_slow_clear(HEAP_SLOW_SCHED);
}
