// The baton: threads run one at a time, and change only at places that a replay finds again.
//
// Where: in the hook, and in the handler of the watchdog's signal.
// How:   a thread that wants the baton stands in a queue and sleeps on its own word. The one that runs is told by a
//        timer, which counts its own processor time, when it has had its share.
// Invariant: only the holder reads or writes the log. A thread that comes back from outside takes the baton if it
//        is free, so that nothing is waited for while a thread could run.
#include "sched.h"

#include "control.h"
#include "heap.h"
#include "log.h"
#include "os.h"
#include "replay.h"
#include "run_mode.h"
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
#define TICKS_WATCHDOG 5  // without a single place
#define AWAITED_NS 50000000l // a script waits no longer for a thread that is outside
#define INEXACT 0x8000u
#define PLACES_LONG 0x7fffu

uint8_t sched_on, sync_slow = 1;
uint64_t sched_places, sched_stop = UINT64_MAX;
static uint32_t locked;
static struct thread *holder;          // NULL: nobody runs
static struct thread *interval_thread; // whose interval it is in the log
static struct thread *awaited;         // the script wants this one, which is outside
static unsigned outside, ticks, idle_ticks;
static uint64_t seen_places, seen_events;
static bool quantum_over, hold_over, released;

static void lock(void) {
    for (unsigned spins = 0; __atomic_exchange_n(&locked, 1, __ATOMIC_ACQUIRE); spins++)
        if (spins % 16 == 15) OS1(SYS_sched_yield, 0);
        else __builtin_ia32_pause();
}
static void unlock(void) { __atomic_store_n(&locked, 0, __ATOMIC_RELEASE); }

// ---------------------------------------------------------------- the queue
static void enqueue(struct thread *t) {
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
// Where an interval ends: at a place, right before an allocation, or somewhere between.
enum where { AT_PLACE, AT_ALLOCATION, BETWEEN };

static void ask_again(void) { sched_stop = run_mode == RUN_REPLAY || policy_asks() || sched_holds ? 0 : UINT64_MAX; }

// What an INTERVAL event carries beside its check.
struct interval_payload {
    uint64_t places, allocations;
};

static void log_interval(const struct thread *next, enum where where) {
    bool is_long = sched_places >= PLACES_LONG || where == AT_ALLOCATION;
    struct interval_payload exact = {sched_places, heap_allocations};
    struct iovec piece = {&exact, where == AT_ALLOCATION ? sizeof exact : sizeof exact.places};
    struct log_payload p = {.fd = -1, .blob = &piece, .blob_count = 1, .blob_size = piece.iov_len};
    uint32_t check = (is_long ? PLACES_LONG : (uint32_t)sched_places) | (where == BETWEEN ? INEXACT : 0);
    log_append(SH_EVENT_INTERVAL, check, next->number, 0, is_long ? &p : NULL);
}

// The current interval ends, `next` goes on.
static void begin_interval(struct thread *next, enum where where) {
    if (next != interval_thread) {
        if (run_mode == RUN_RECORD) log_interval(next, where);
        interval_thread->places += sched_places;
        control->places += sched_places;
        control->switches++;
        if (where == BETWEEN) control->inexact_switches++;
        sched_places = 0;
        interval_thread = next;
    }
    ticks = idle_ticks = 0;
    if (quantum_over && run_mode != RUN_REPLAY) heap_slow_clear(HEAP_SLOW_SCHED);
    quantum_over = hold_over = false;
    awaited = NULL;
    ask_again();
}

static void hand_to(struct thread *next) {
    dequeue(next);
    holder = next;
    next->state = THREAD_RUNNING;
    __atomic_store_n(&next->turn, 1, __ATOMIC_RELEASE);
    OS3(SYS_futex, &next->turn, FUTEX_WAKE_PRIVATE, 1);
}

static void take_free_baton(struct thread *t) {
    dequeue(t);
    holder = t;
    begin_interval(t, AT_PLACE);
}

// ---------------------------------------------------------------- waiting for the baton
static bool take_turn(struct thread *t) {
    if (!__atomic_load_n(&t->turn, __ATOMIC_ACQUIRE)) return false;
    t->turn = 0;
    return true;
}

// Script: the thread that is waited for does not come.
static void stop_awaiting(struct thread *t) {
    lock();
    if (policy_queue == t && !holder) {
        take_free_baton(t);
        t->turn = 1;
    }
    unlock();
}

static void wait_turn(struct thread *t) {
    struct __kernel_timespec patience = {0, AWAITED_NS};
    bool script = control->sched_policy == SH_POLICY_SCRIPT && run_mode != RUN_REPLAY;
    while (!take_turn(t) && !released)
        if (OS4(SYS_futex, &t->turn, FUTEX_WAIT_PRIVATE, 0, script ? &patience : NULL) == -110 /* ETIMEDOUT */ && !t->turn) stop_awaiting(t);
    t->state = THREAD_RUNNING;
}

static void trace_switch_of(const struct thread *t, const struct thread *next, unsigned why) {
    if (control->flags & SH_FLAG_TRACE) trace_switch(t->places + sched_places, next ? next->number : UINT32_MAX, why, t->where);
}

// The holder gives the baton to `next`, and sleeps until it has it again.
static void switch_away(struct thread *t, struct thread *next, unsigned why, enum where where) {
    trace_switch_of(t, next, why);
    lock();
    t->state = THREAD_READY;
    enqueue(t);
    begin_interval(next, where);
    hand_to(next);
    unlock();
    wait_turn(t);
}

static void switch_to(struct thread *t, struct thread *next, unsigned why) { switch_away(t, next, why, AT_PLACE); }

// ---------------------------------------------------------------- replay
// The thread that the log lets go on here, NULL: this one.
static struct thread *logged_successor_at(const struct thread *t, enum where where) {
    if (run_mode != RUN_REPLAY) return NULL;
    run_skip_markers();
    const struct replay_event *e = replay_peek();
    if (!e || e->code != SH_EVENT_INTERVAL) return NULL;
    struct interval_payload exact = {e->check & PLACES_LONG, 0};
    if (exact.places == PLACES_LONG && (e->blob_size == sizeof exact || e->blob_size == sizeof exact.places)) os_copy(&exact, e->blob, e->blob_size);
    enum where logged = e->check & INEXACT ? BETWEEN : e->blob_size == sizeof exact ? AT_ALLOCATION : AT_PLACE;
    if (logged != where || exact.places != sched_places || (where == AT_ALLOCATION && exact.allocations != heap_allocations)) return NULL;
    struct thread *next = thread_by_number((uint32_t)e->result);
    if (!next || next == t) {
        sched_diverged("the log names a thread that does not exist");
        return NULL;
    }
    replay_take();
    return next;
}

static struct thread *logged_successor(const struct thread *t) { return logged_successor_at(t, AT_PLACE); }

void sched_replay_outside(void) {
    struct thread *t = thread_self(), *next;
    while ((next = logged_successor(t))) switch_to(t, next, SH_SWITCH_OUTSIDE);
}

void sched_live(void) {
    if (!sched_on) return;
    heap_slow_clear(HEAP_SLOW_SCHED);
    ask_again();
    for (unsigned i = 0; i < threads_count; i++) OS3(SYS_futex, &threads[i]->turn, FUTEX_WAKE_PRIVATE, 1); // look at the time again
}

// ---------------------------------------------------------------- places
static bool held(struct thread *t, const struct place *p) {
    if (hold_over) t->hold_left = 0;
    if (t->hold_left) {
        t->hold_left--;
        return true;
    }
    if (!sched_holds || p->behind) return false;
    unsigned places = sched_hold_match(p->pc, p->sp, p->bp);
    if (places) t->hold_left = places - 1;
    return places && !hold_over;
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

static void note(struct thread *t, const struct place *p) {
    t->where[0] = p->pc;
    t->where[1] = p->sp;
    t->where[2] = p->bp;
    t->wait_operation = p->operation;
    t->object = p->object;
    if (control->flags & SH_FLAG_TRACE) trace_place(t->places + sched_places, p->operation, p->object, p->behind, p->pc, p->sp, p->bp);
}

void sched_place(const struct place *p) {
    struct thread *t = thread_self(), *next;
    note(t, p);
    if (run_mode == RUN_REPLAY) {
        next = logged_successor(t);
        if (next) switch_to(t, next, SH_SWITCH_INTERRUPTED);
        return;
    }
    if (control->sched_policy == SH_POLICY_PROBE) {
        probe(p);
        if (!quantum_over) return;
    }
    bool stays = control->sched_policy != SH_POLICY_PROBE && held(t, p);
    lock();
    next = policy_at_place(t, p, quantum_over);
    unlock();
    if (next && next != t && !stays) switch_to(t, next, SH_SWITCH_INTERRUPTED);
    else if (quantum_over && !stays) ask_again();
}

void sched_yield_place(const struct place *p) {
    struct thread *t = thread_self(), *next;
    note(t, p);
    if (run_mode == RUN_REPLAY) {
        next = logged_successor(t);
    } else {
        t->hold_left = 0;
        lock();
        next = policy_at_yield(t);
        unlock();
    }
    if (next && next != t) switch_to(t, next, SH_SWITCH_INTERRUPTED);
}

// Every TICK_NS of the running thread's own time, in the handler of its timer.
void sched_tick(bool inside) {
    struct thread *t = thread_self();
    if (!sched_on || holder != t || released) return;
    if (run_mode == RUN_REPLAY) {
        struct thread *next = inside ? NULL : logged_successor_at(t, BETWEEN);
        if (next) switch_away(t, next, SH_SWITCH_INEXACT, BETWEEN);
        return;
    }
    if (!policy_queue) return;
    ticks++;
    quantum_over = true;
    sched_stop = 0;
    hold_over |= ticks > TICKS_HOLD;
    heap_slow_set(HEAP_SLOW_SCHED);
    bool idle = sched_places == seen_places && control->events == seen_events;
    idle_ticks = idle ? idle_ticks + 1 : 0;
    seen_places = sched_places;
    seen_events = control->events;
    if (inside || idle_ticks <= TICKS_WATCHDOG) return;
    lock();
    struct thread *next = policy_at_yield(t);
    unlock();
    if (next && next != t) switch_away(t, next, SH_SWITCH_INEXACT, BETWEEN);
}

// In malloc's slow path: a thread that computes without places is switched out exactly at an allocation.
bool sched_at_allocation(void) {
    struct thread *t = thread_self(), *next;
    if (!sched_on || t->inside || released || holder != t) return false;
    t->inside = 1;
    if (run_mode == RUN_REPLAY) {
        next = logged_successor_at(t, AT_ALLOCATION);
    } else {
        lock();
        next = quantum_over && (!t->hold_left || hold_over) ? policy_at_yield(t) : NULL;
        unlock();
    }
    if (next && next != t) switch_away(t, next, SH_SWITCH_INTERRUPTED, AT_ALLOCATION);
    t->inside = 0;
    return next && next != t;
}

// ---------------------------------------------------------------- outside
// The holder goes without the baton. Locked.
static void give_up(struct thread *t, unsigned why) {
    t->hold_left = 0;
    struct thread *next = policy_successor(t, &awaited);
    trace_switch_of(t, next, why);
    struct thread *wanted = awaited;
    if (next) {
        begin_interval(next, AT_PLACE);
        hand_to(next);
        return;
    }
    holder = NULL;
    ticks = 0;
    awaited = wanted;
}

void sched_leave(void) {
    struct thread *t = thread_self();
    lock();
    t->state = THREAD_OUTSIDE;
    outside++;
    give_up(t, SH_SWITCH_OUTSIDE);
    unlock();
}

void sched_enter(void) {
    struct thread *t = thread_self();
    lock();
    outside--;
    t->state = THREAD_READY;
    bool free = !holder && (!awaited || awaited == t) && !released;
    if (free) take_free_baton(t);
    else enqueue(t);
    unlock();
    if (!free) wait_turn(t);
    t->state = THREAD_RUNNING;
}

// ---------------------------------------------------------------- waiting for another thread
// Nobody runs, nobody can. Locked or alone.
static bool deadlocked(void) {
    if (outside || policy_queue) return false;
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
    lock();
    bool dead = !holder && deadlocked();
    if (dead) holder = t;
    unlock();
    if (!dead) return;
    sched_deadlock(); // comes back where a signal may yet change things
    lock();
    if (holder == t) holder = NULL;
    unlock();
}

// Sleeps until the thread has the baton. When its time is up, or a signal has come, it wants the baton, and can be
// woken all the same until it has it.
static void wait_woken(struct thread *t, const void *deadline, int clock) {
    while (!take_turn(t) && !released) {
        bool queued = t->queued, replay = run_mode == RUN_REPLAY;
        uint64_t command = FUTEX_WAIT_BITSET_PRIVATE | (clock == CLOCK_REALTIME ? FUTEX_CLOCK_REALTIME : 0);
        uint64_t args[6] = {(uintptr_t)&t->turn, command, 0, (uintptr_t)(replay ? NULL : deadline), 0, ~0u};
        if (queued) {
            wait_turn(t);
            return;
        }
        long result = os_call_interruptible(SYS_futex, args);
        if (replay || (result != -110 && !t->pending)) continue;
        lock();
        bool free = !t->queued && !t->turn && !holder && (!awaited || awaited == t);
        if (free) take_free_baton(t);
        else if (!t->turn) enqueue(t);
        unlock();
        if (free) break;
    }
}

enum sched_wake sched_wait(const void *deadline, int clock) {
    struct thread *t = thread_self();
    sched_places++;
    t->woken = false;
    t->wait_timed = deadline;
    struct thread *next = logged_successor(t);
    if (run_mode == RUN_REPLAY && !next) {
        t->state = THREAD_WAITING;
        const struct replay_event *e = replay_peek();
        if (e && (e->code == SYS_futex || e->code == SH_EVENT_SIGNAL)) { // its time was up before any other thread ran
            t->state = THREAD_RUNNING;
            t->wait_address = 0;
            return SCHED_TIMEOUT;
        }
        if (e && e->code == SH_EVENT_FAILURE && deadlocked()) sched_deadlock();
        sched_diverged("the program waits for another thread");
    }
    lock();
    t->state = THREAD_WAITING;
    if (next) {
        trace_switch_of(t, next, SH_SWITCH_BLOCKED);
        begin_interval(next, AT_PLACE);
        hand_to(next);
    } else {
        give_up(t, SH_SWITCH_BLOCKED);
    }
    unlock();
    if (!next) check_deadlock(t);
    wait_woken(t, deadline, clock);
    t->state = THREAD_RUNNING;
    t->wait_address = 0;
    if (t->woken || released) return SCHED_WOKEN;
    return run_mode != RUN_REPLAY && t->pending ? SCHED_SIGNAL : SCHED_TIMEOUT;
}

void sched_wake(struct thread *t) {
    lock();
    t->woken = true;
    t->wait_address = 0;
    if (!t->queued && !t->turn) {
        t->state = THREAD_READY;
        enqueue(t);
    }
    unlock();
}

// ---------------------------------------------------------------- beginning and end
static void start_timer(struct thread *t) {
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SCHED_SIGNAL_NUMBER, .sigev_value.sival_int = SCHED_TICK};
    event._sigev_un._tid = (int)OS1(SYS_gettid, 0);
    struct __kernel_itimerspec period = {.it_interval = {0, TICK_NS}, .it_value = {0, TICK_NS}};
    if (!OS3(SYS_timer_create, CLOCK_THREAD_CPUTIME_ID, &event, &t->tick_timer)) OS4(SYS_timer_settime, t->tick_timer, 0, &period, 0);
    else t->tick_timer = -1;
}

void sched_start(void) {
    struct thread *t = thread_self();
    t->tid = t->real_tid = (int32_t)OS1(SYS_gettid, 0);
    t->state = THREAD_RUNNING;
    holder = interval_thread = t;
    sched_places = 0;
    policy_add(t);
    ask_again();
    start_timer(t);
    if (run_mode == RUN_REPLAY) heap_slow_set(HEAP_SLOW_SCHED);
    sched_on = sync_slow = 1;
}

void sched_add(struct thread *t) {
    lock();
    policy_add(t);
    t->state = THREAD_READY;
    enqueue(t);
    unlock();
}

void sched_begin(struct thread *t) {
    start_timer(t);
    wait_turn(t);
}

void sched_end(void) {
    struct thread *t = thread_self();
    if (t->tick_timer >= 0) OS1(SYS_timer_delete, t->tick_timer);
    sched_places++;
    struct thread *next = logged_successor(t);
    if (run_mode == RUN_REPLAY && !next) {
        t->state = THREAD_ENDED;
        const struct replay_event *e = replay_peek();
        if (e && e->code == SH_EVENT_FAILURE && deadlocked()) sched_deadlock();
        sched_diverged("a thread ends");
    }
    lock();
    t->state = THREAD_ENDED;
    if (next) {
        trace_switch_of(t, next, SH_SWITCH_ENDED);
        begin_interval(next, AT_PLACE);
        hand_to(next);
    } else {
        give_up(t, SH_SWITCH_ENDED);
    }
    unlock();
    if (!next) check_deadlock(t);
}

void sched_release(void) {
    if (!sched_on) return;
    released = true;
    sched_on = 0;
    heap_slow_clear(HEAP_SLOW_SCHED);
    for (unsigned i = 0; i < threads_count; i++) {
        threads[i]->turn = 1;
        OS3(SYS_futex, &threads[i]->turn, FUTEX_WAKE_PRIVATE, 1);
    }
}

bool sched_released(void) { return released; }

void sched_after_fork_child(void) {
    sched_on = 0;
    heap_slow_clear(HEAP_SLOW_SCHED);
    locked = 0;
}
