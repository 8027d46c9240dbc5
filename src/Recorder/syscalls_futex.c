// Futexes between threads of the program: done by ourselves, so that the log needs nothing but the schedule.
//
// Where: in the hook, with the baton: nothing else runs, so that every one of these operations is atomic.
// Rules: a word that other processes may share (no FUTEX_PRIVATE_FLAG) is left to the kernel, but for the word that
//        is cleared at a thread's end. Waiters are woken first come, first served.
// Source: futex(2), and the kernel's Documentation/locking/{robust-futexes,pi-futex}.rst.
#include "futex.h"

#include "os.h"
#include "sched.h"
#include "signals.h"
#include "syscalls.h"

#include <linux/futex.h>
#include <linux/time_types.h>
#include <sys/syscall.h>
#include <time.h>

#define NS 1000000000l

HOT_DATA static uint64_t wait_order;

HOT static struct thread *first_waiter(uint64_t address, uint32_t bits) {
    struct thread *first = NULL;
    for (unsigned i = 0; i < threads_count; i++) {
        if (thread_waits[i] != address) continue;
        struct thread *t = threads[i];
        bool waits = (t->wait_bits & bits) && t->state != THREAD_ENDED;
        if (waits && (!first || t->wait_order < first->wait_order)) first = t;
    }
    return first;
}

// Wakes at most `most` of the threads that wait for `address` with one of `bits`; how many.
HOT static unsigned futex_wake(uint64_t address, unsigned most, uint32_t bits) {
    unsigned woken = 0;
    for (struct thread *t; woken < most && address && (t = first_waiter(address, bits)); woken++) sched_wake(t);
    return woken;
}

static unsigned requeue(uint64_t from, uint64_t to, unsigned most) {
    unsigned moved = 0;
    for (struct thread *t; moved < most && (t = first_waiter(from, ~0u)); moved++) thread_waits[t->index] = to;
    return moved;
}

// An absolute time on `clock` for the relative one that FUTEX_WAIT takes.
static void make_absolute(struct __kernel_timespec *to, const struct __kernel_timespec *relative) {
    OS2(SYS_clock_gettime, CLOCK_MONOTONIC, to);
    to->tv_sec += relative->tv_sec;
    to->tv_nsec += relative->tv_nsec;
    if (to->tv_nsec >= NS) {
        to->tv_sec++;
        to->tv_nsec -= NS;
    }
}

// Replay: the wait ended by time or by a signal; the log says how.
static int wait_ended_in_log(struct call *c) {
    if (run_signals_before()) return INTERCEPT_SIGNALS;
    struct replay_event e;
    if (call_replayed(c, &e)) return call_returns(c, c->result);
    return call_returns(c, -4); // gone live: let the program look again
}

HOT static int wait_for(struct call *c, uint64_t address, uint32_t bits, const struct __kernel_timespec *deadline, int clock) {
    struct thread *t = thread_self();
    thread_waits[t->index] = address;
    t->wait_bits = bits;
    t->wait_order = ++wait_order;
    bool in_sync = t->sync_place + 1 == t->places + sched_places;
    if (!in_sync) { // no pthread call that was looked at
        t->wait_operation = SYS_futex;
        t->object = address;
        t->where[0] = intercept_pc(c->frame);
        t->where[1] = c->frame->rsp;
        t->where[2] = c->frame->rbp;
    }
    enum sched_wake wake = sched_wait(deadline, clock);
    if (in_sync) t->sync_place = t->places + sched_places; // should it have to wait again
    if (wake == SCHED_WOKEN) return call_returns(c, 0);
    if (run_mode == RUN_REPLAY) return wait_ended_in_log(c);
    c->result = wake == SCHED_TIMEOUT ? -110 : -4;
    if (wake == SCHED_SIGNAL) {
        int again = call_restart(c);
        if (again >= 0) return again;
    }
    return call_log(c, NULL);
}

static int wait_value(struct call *c, unsigned command, bool realtime) {
    const uint32_t *word = (const void *)c->args[0];
    if (*word != (uint32_t)c->args[2]) return call_returns(c, -11); // EAGAIN
    const struct __kernel_timespec *timeout = (const void *)c->args[3];
    struct __kernel_timespec absolute;
    bool relative = command == FUTEX_WAIT;
    if (timeout && (timeout->tv_nsec < 0 || timeout->tv_nsec >= NS || timeout->tv_sec < 0)) return call_returns(c, timeout->tv_sec < 0 && !relative ? -110 : -22);
    if (timeout && relative) make_absolute(&absolute, timeout);
    uint32_t bits = relative ? ~0u : (uint32_t)c->args[5];
    if (!bits) return call_returns(c, -22);
    return wait_for(c, c->args[0], bits, timeout ? relative ? &absolute : timeout : NULL, realtime && !relative ? CLOCK_REALTIME : CLOCK_MONOTONIC);
}

static int lock_pi(struct call *c, unsigned command, bool realtime) {
    uint32_t *word = (void *)c->args[0], self = (uint32_t)thread_self()->tid;
    for (;;) {
        uint32_t owner = *word & FUTEX_TID_MASK;
        if (owner == self) return call_returns(c, -35); // EDEADLK
        if (!owner) {
            *word = self | (*word & FUTEX_OWNER_DIED) | (first_waiter(c->args[0], ~0u) ? FUTEX_WAITERS : 0);
            return call_returns(c, 0);
        }
        if (command == FUTEX_TRYLOCK_PI) return call_returns(c, -11);
        *word |= FUTEX_WAITERS;
        const struct __kernel_timespec *deadline = (const void *)c->args[3];
        int action = wait_for(c, c->args[0], ~0u, deadline, realtime || command == FUTEX_LOCK_PI ? CLOCK_REALTIME : CLOCK_MONOTONIC);
        if (action != INTERCEPT_RETURN || c->frame->rax) return action;
    }
}

static int unlock_pi(struct call *c) {
    uint32_t *word = (void *)c->args[0];
    if ((*word & FUTEX_TID_MASK) != (uint32_t)thread_self()->tid) return call_returns(c, -1); // EPERM
    *word = 0; // the woken one takes it, unless somebody else does before
    struct thread *next = first_waiter(c->args[0], ~0u);
    if (next) *word = FUTEX_WAITERS;
    futex_wake(c->args[0], 1, ~0u);
    return call_returns(c, 0);
}

// FUTEX_WAKE_OP: changes the second word, and wakes its waiters if its old value compares.
static int wake_op(struct call *c) {
    uint32_t *word = (void *)c->args[4], code = (uint32_t)c->args[5], old = *word;
    int operation = code >> 28 & 7, compare = code >> 24 & 15;
    int32_t argument = (int32_t)(code << 8) >> 20, with = (int32_t)(code << 20) >> 20;
    if (code >> 28 & FUTEX_OP_OPARG_SHIFT) argument = 1 << (argument & 31);
    switch (operation) {
    case FUTEX_OP_SET: *word = (uint32_t)argument; break;
    case FUTEX_OP_ADD: *word += (uint32_t)argument; break;
    case FUTEX_OP_OR: *word |= (uint32_t)argument; break;
    case FUTEX_OP_ANDN: *word &= ~(uint32_t)argument; break;
    case FUTEX_OP_XOR: *word ^= (uint32_t)argument; break;
    default: return call_returns(c, -38);
    }
    int32_t was = (int32_t)old;
    bool holds = compare == FUTEX_OP_CMP_EQ ? was == with : compare == FUTEX_OP_CMP_NE ? was != with : compare == FUTEX_OP_CMP_LT ? was < with
               : compare == FUTEX_OP_CMP_LE ? was <= with : compare == FUTEX_OP_CMP_GT ? was > with : was >= with;
    unsigned woken = futex_wake(c->args[0], (unsigned)c->args[2], ~0u);
    if (holds) woken += futex_wake(c->args[4], (unsigned)c->args[3], ~0u);
    return call_returns(c, woken);
}

// pthread_join waits for a word that the kernel clears: we do. The first thread's word is known only by its value.
static bool is_thread_word(struct call *c) {
    struct thread *of = thread_by_tid((int)c->args[2]);
    uint32_t *word = (void *)c->args[0];
    bool ours = of && *word == (uint32_t)of->tid && (of->clear_tid == word || (!of->number && !of->clear_tid));
    if (!ours) return false;
    of->clear_tid = word;
    if (of->state == THREAD_ENDED) *word = 0;
    return true;
}

HOT int call_futex(struct call *c) {
    unsigned operation = (unsigned)c->args[1], command = operation & FUTEX_CMD_MASK;
    bool ours = operation & FUTEX_PRIVATE_FLAG, realtime = operation & FUTEX_CLOCK_REALTIME;
    if (!sched_on) return call_generic(c);
    if (!ours && (command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET)) ours = is_thread_word(c);
    if (!ours && command == FUTEX_WAKE) futex_wake(c->args[0], (unsigned)c->args[2], ~0u);
    if (!ours && command != FUTEX_LOCK_PI && command != FUTEX_UNLOCK_PI && command != FUTEX_TRYLOCK_PI) {
        sched_replay_outside();
        return call_generic(c);
    }
    switch (command) {
    case FUTEX_WAIT: case FUTEX_WAIT_BITSET: return wait_value(c, command, realtime);
    case FUTEX_WAKE: return call_returns(c, futex_wake(c->args[0], (unsigned)c->args[2], ~0u));
    case FUTEX_WAKE_BITSET: return call_returns(c, futex_wake(c->args[0], (unsigned)c->args[2], (uint32_t)c->args[5]));
    case FUTEX_CMP_REQUEUE:
        if (*(const uint32_t *)c->args[0] != (uint32_t)c->args[5]) return call_returns(c, -11);
        __attribute__((fallthrough));
    case FUTEX_REQUEUE: {
        unsigned woken = futex_wake(c->args[0], (unsigned)c->args[2], ~0u);
        return call_returns(c, woken + requeue(c->args[0], c->args[4], (unsigned)c->args[3]));
    }
    case FUTEX_WAKE_OP: return wake_op(c);
    case FUTEX_LOCK_PI: case FUTEX_LOCK_PI2: case FUTEX_TRYLOCK_PI: return lock_pi(c, command, realtime);
    case FUTEX_UNLOCK_PI: return unlock_pi(c);
    default: return call_returns(c, -38); // ENOSYS: the C library has another way
    }
}

static void owner_died(uint64_t address, uint32_t tid) {
    uint32_t *word = (void *)address;
    if ((*word & FUTEX_TID_MASK) != tid) return;
    bool waiters = *word & FUTEX_WAITERS;
    *word = (*word & FUTEX_WAITERS) | FUTEX_OWNER_DIED;
    if (waiters) futex_wake(address, 1, ~0u);
}

void futex_thread_ends(struct thread *t) {
    struct robust_list_head *head = (void *)t->robust_list;
    if (head && t->robust_size == sizeof *head) {
        const struct robust_list *entry = head->list.next;
        for (unsigned limit = 0; entry && entry != &head->list && limit < 2048; limit++) {
            const struct robust_list *at = (const void *)((uintptr_t)entry & ~1ul); // bit 0: priority inheritance
            entry = at->next;
            owner_died((uintptr_t)at + (uint64_t)head->futex_offset, (uint32_t)t->tid);
        }
        uint64_t pending = (uintptr_t)head->list_op_pending & ~1ul;
        if (pending) owner_died(pending + (uint64_t)head->futex_offset, (uint32_t)t->tid);
        OS2(SYS_set_robust_list, 0, sizeof *head); // done
    }
    if (!t->clear_tid) return;
    *t->clear_tid = 0;
    futex_wake((uintptr_t)t->clear_tid, UINT32_MAX, ~0u);
}
