// Places, shares of time, calls outside, beginning and end of threads: when the baton changes hands.
//
// Where: in the hook, and in the handler of a thread's timer.
// How:   the thread that runs is told by a timer, which counts its own processor time, when it has had its share.
#include "sched.h"

#include "control.h"
#include "heap.h"
#include "os.h"
#include "replay.h"
#include "run_mode.h"
#include "sched_baton.h"
#include "sched_class.h"
#include "sched_hold.h"
#include "sched_policy.h"
#include "sched_run.h"
#include "trace.h"

#include <linux/futex.h>
#include <linux/time_types.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>

#define TICK_NS 10000000l // of the running thread's processor time
#define TICKS_HOLD 5      // a hold lasts no longer
#define OWED_TURNS 16     // in a row, so that those that nobody wakes have theirs
#define TICKS_WATCHDOG 5  // without a single place

HOT_DATA uint8_t sched_on, sync_slow = 1;

// ---------------------------------------------------------------- places
HOT static bool begin_hold(struct thread *t, uint64_t pc, uint64_t sp, uint64_t bp, bool stays) {
    unsigned places = sched_hold_match(pc, sp, bp);
    if (!places) return false;
    if (!stays) t->hold_since = baton.ticks;
    if (places - 1 > t->hold_left) t->hold_left = places - 1;
    return true;
}

static bool held(struct thread *t, const struct place *p) {
    if (baton.hold_over) t->hold_left = 0;
    bool stays = t->hold_left > 0;
    if (stays) t->hold_left--;
    return (sched_holds && !p->behind && !baton.hold_over && begin_hold(t, p->pc, p->sp, p->bp, stays)) || stays;
}

HOT void sched_hold_count(uint64_t pc, uint64_t sp, uint64_t bp) {
    struct thread *t = thread_self();
    bool stays = t->hold_left > 0;
    if (stays) t->hold_left--;
    if (pc) begin_hold(t, pc, sp, bp, stays);
}

// The opposite of a hold: the others run for a while, also those that are only about to come back from outside.
static void probe(const struct place *p) {
    if (!sched_holds || p->behind || !sched_hold_match(p->pc, p->sp, p->bp)) return;
    uint64_t ns = (control->sched_length ? control->sched_length : 1000) * 1000;
    struct __kernel_timespec time = {(long long)(ns / 1000000000), (long long)(ns % 1000000000)};
    sched_leave();
    OS2(SYS_nanosleep, &time, 0);
    sched_enter();
}

// What the thread is about to do. The futex in which a pthread call waits does not hide that call.
static void note(struct thread *t, const struct place *p) {
    uint64_t number = t->places + sched_places;
    if (p->operation != SYS_futex || t->sync_place + 1 != number) {
        t->where[0] = p->pc;
        t->where[1] = p->sp;
        t->where[2] = p->bp;
        t->wait_operation = p->operation;
        t->object = p->object;
    }
    if (p->operation > SH_OPERATION_FIRST && !p->behind) t->sync_place = number;
    if (control->flags & SH_FLAG_TRACE) trace_place(t->places + sched_places, p->operation, p->object, p->behind, p->pc, p->sp, p->bp);
}

HOT void sched_place(const struct place *p) {
    struct thread *t = thread_self(), *next;
    note(t, p);
    if (run_mode == RUN_REPLAY) {
        next = baton_logged_successor(t, AT_PLACE);
        if (next) baton_switch(t, next, SH_SWITCH_INTERRUPTED, AT_PLACE);
        sched_replay_outside();
        return;
    }
    if (control->sched_policy == SH_POLICY_PROBE) {
        probe(p);
        if (!baton.quantum_over) return;
    }
    bool stays = control->sched_policy != SH_POLICY_PROBE && held(t, p);
    if (!policy_asks() && !baton.quantum_over) return; // only the holds wanted to know
    struct thread *awaited = NULL;
    baton_lock();
    next = policy_at_place(t, p, baton.quantum_over, &awaited);
    baton_unlock();
    if (awaited) baton_await(t, awaited);
    else if (next && next != t && !stays) baton_switch(t, next, SH_SWITCH_INTERRUPTED, AT_PLACE);
    else if (baton.quantum_over && !stays) baton_ask_again();
}

void sched_yield_place(const struct place *p) {
    struct thread *t = thread_self(), *next;
    note(t, p);
    if (run_mode == RUN_REPLAY) {
        next = baton_logged_successor(t, AT_PLACE);
    } else {
        t->hold_left = 0;
        baton_lock();
        next = policy_at_yield(t);
        baton_unlock();
    }
    if (next && next != t) baton_switch(t, next, SH_SWITCH_INTERRUPTED, AT_PLACE);
}

HOT void sched_give_turn(void) {
    struct thread *t = thread_self(), *next = baton.owed;
    if (!next || baton.owed_turns >= OWED_TURNS || run_mode != RUN_RECORD || policy_asks() || t->hold_left) return;
    baton_switch(t, next, SH_SWITCH_INTERRUPTED, AT_PLACE);
}

// Every TICK_NS of the running thread's own time, in the handler of its timer.
void sched_tick(bool inside) {
    struct thread *t = thread_self();
    if (!sched_on || baton.holder != t || baton.released) return;
    if (run_mode == RUN_REPLAY) {
        struct thread *next = inside ? NULL : baton_logged_successor(t, BETWEEN);
        if (next) baton_switch(t, next, SH_SWITCH_INEXACT, BETWEEN);
        return;
    }
    if (!policy_queue) return;
    baton.ticks++;
    baton.quantum_over = true;
    sched_stop = sched_only_holds = 0;
    baton.hold_over |= t->hold_left && baton.ticks - t->hold_since > TICKS_HOLD;
    heap_slow_set(HEAP_SLOW_SCHED);
    bool idle = sched_places == baton.seen_places && control->events == baton.seen_events;
    baton.idle_ticks = idle ? baton.idle_ticks + 1 : 0;
    baton.seen_places = sched_places;
    baton.seen_events = control->events;
    if (inside || baton.idle_ticks <= TICKS_WATCHDOG) return;
    baton_lock();
    struct thread *next = policy_at_yield(t);
    baton_unlock();
    if (next && next != t) baton_switch(t, next, SH_SWITCH_INEXACT, BETWEEN);
}

// In malloc's slow path: a thread that computes without places is switched out exactly at an allocation.
bool sched_at_allocation(void) {
    struct thread *t = thread_self(), *next;
    if (!sched_on || t->inside || baton.released || baton.holder != t) return false;
    t->inside = 1;
    if (run_mode == RUN_REPLAY) {
        next = baton_logged_successor(t, AT_ALLOCATION);
    } else {
        baton_lock();
        next = baton.quantum_over && (!t->hold_left || baton.hold_over) ? policy_at_yield(t) : NULL;
        baton_unlock();
    }
    if (next && next != t) baton_switch(t, next, SH_SWITCH_INTERRUPTED, AT_ALLOCATION);
    t->inside = 0;
    return next && next != t;
}

// ---------------------------------------------------------------- outside
void sched_replay_outside(void) {
    struct thread *t = thread_self(), *next;
    while ((next = baton_logged_successor(t, IN_CALL))) baton_switch(t, next, SH_SWITCH_OUTSIDE, IN_CALL);
}

void sched_patch_changed(void) {
    if (sched_on) baton_ask_again();
}

void sched_live(void) {
    if (!sched_on) return;
    sched_class_end();
    heap_slow_clear(HEAP_SLOW_SCHED);
    baton_ask_again();
    for (unsigned i = 0; i < threads_count; i++) OS3(SYS_futex, &threads[i]->turn, FUTEX_WAKE_PRIVATE, 1); // look at the time again
}

HOT void sched_leave(void) {
    struct thread *t = thread_self();
    baton_lock();
    t->state = THREAD_OUTSIDE;
    baton.outside++;
    baton_give_up(t, SH_SWITCH_OUTSIDE);
    baton_unlock();
}

HOT void sched_enter(void) {
    struct thread *t = thread_self();
    baton_lock();
    baton.outside--;
    t->state = THREAD_READY;
    bool free = baton_free_for(t);
    if (free) baton_take(t);
    else baton_enqueue(t);
    baton_unlock();
    if (!free) baton_wait(t);
    t->state = THREAD_RUNNING;
}

// ---------------------------------------------------------------- beginning and end
static void start_timer(struct thread *t) {
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SCHED_SIGNAL_NUMBER, .sigev_value.sival_int = SCHED_TICK};
    event._sigev_un._tid = (int)OS1(SYS_gettid, 0);
    struct __kernel_itimerspec period = {.it_interval = {0, TICK_NS}, .it_value = {0, TICK_NS}};
    if (!OS3(SYS_timer_create, CLOCK_THREAD_CPUTIME_ID, &event, &t->tick_timer)) OS4(SYS_timer_settime, t->tick_timer, 0, &period, 0);
    else t->tick_timer = -1;
}

void sched_start(bool fed) {
    struct thread *t = thread_self();
    t->tid = t->real_tid = (int32_t)OS1(SYS_gettid, 0);
    t->state = THREAD_RUNNING;
    baton.holder = baton.interval = t;
    sched_places = 0;
    policy_add(t);
    baton_ask_again();
    start_timer(t);
    if (run_mode == RUN_REPLAY) heap_slow_set(HEAP_SLOW_SCHED);
    if (run_mode == RUN_REPLAY || fed) sched_class_pin();
    if (run_mode != RUN_REPLAY) sched_class_batch();
    sched_on = sync_slow = 1;
}

void sched_add(struct thread *t) {
    baton_lock();
    policy_add(t);
    t->state = THREAD_READY;
    baton_enqueue(t);
    baton_unlock();
}

void sched_begin(struct thread *t) {
    start_timer(t);
    baton_wait(t);
}

void sched_release(void) {
    if (!sched_on) return;
    baton.released = true;
    sched_on = 0;
    heap_slow_clear(HEAP_SLOW_SCHED);
    sched_class_end();
    for (unsigned i = 0; i < threads_count; i++) {
        threads[i]->turn = 1;
        OS3(SYS_futex, &threads[i]->turn, FUTEX_WAKE_PRIVATE, 1);
    }
}

bool sched_released(void) { return baton.released; }

bool sched_idle(void) { return !sched_on || (!baton.holder && !policy_queue); }
