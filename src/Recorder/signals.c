// Signals of the program: asynchronous ones wait for an event or an allocation, so that a replay can deliver
// them exactly there.
//
// Where: signals_entry runs as the kernel's handler at any instruction; the rest in the hook, but for
// signals_raise, which runs on the program's stack.
// How:   every handler of the program is replaced by signals_entry. A signal that arrives on its own is
//        queued; at the next event (or allocation) it is logged and sent again, by us to us: this time
//        signals_entry passes it on, with a genuine kernel frame on the program's stack.
// Rules: a program that makes neither events nor allocations gets its signal all the same, after
//        WATCHDOG_NS of its own time; such a delivery cannot be replayed exactly, is counted and named in the log.
#include "signals.h"

#include "heap.h"
#include "log.h"
#include "os.h"
#include "run_mode.h"
#include "sched.h"
#include "sched_run.h"
#include "syscalls.h"

#include <linux/time_types.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>

#define WATCHDOG_NS 20000000
#define LOG_END_NS 1000000000
#define WATCHDOG_SIGNAL SCHED_SIGNAL_NUMBER
#define SYNCHRONOUS                                                                                                    \
    (1ul << (SIGSEGV - 1) | 1ul << (SIGBUS - 1) | 1ul << (SIGFPE - 1) | 1ul << (SIGILL - 1) | 1ul << (SIGTRAP - 1))
#define HIDDEN (SYNCHRONOUS | BIT(WATCHDOG_SIGNAL)) // never really blocked
#define KERNEL_RESTORER 0x04000000ul
#define BIT(sig) (1ul << ((sig) - 1))

struct kernel_sigaction signals_actions[SIGNALS_COUNT];

HOT_DATA static uint64_t event_allocations; // heap_allocations at the last event
HOT_DATA static uint64_t replay_target;

static bool is_synchronous(int sig) { return sig < 64 && (SYNCHRONOUS & BIT(sig)); }

static void run_handler(int sig, siginfo_t *info, void *context) {
    struct kernel_sigaction action = signals_actions[sig];
    if (action.flags & SA_RESETHAND) signals_actions[sig].handler = SIG_DFL;
    if (action.handler == SIG_DFL || action.handler == SIG_IGN) return;
    ((void (*)(int, siginfo_t *, void *))(void *)action.handler)(sig, info, context);
}

static void arm_watchdog_in(uint64_t ns) {
    struct thread *t = thread_self();
    if (t->watchdog_timer < 0) {
        struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = WATCHDOG_SIGNAL};
        event._sigev_un._tid = (int)OS1(SYS_gettid, 0);
        // of the thread's own time: one that waits for a processor is not one that computes on
        int clock = run_mode == RUN_REPLAY ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID;
        if (OS3(SYS_timer_create, clock, &event, &t->watchdog_timer) < 0) return;
    }
    struct __kernel_itimerspec once = {.it_value = {(long long)(ns / 1000000000), (long long)(ns % 1000000000)}};
    OS4(SYS_timer_settime, t->watchdog_timer, 0, &once, 0);
}

static void arm_watchdog(void) { arm_watchdog_in(WATCHDOG_NS); }

void signals_end_later(void) { arm_watchdog_in(LOG_END_NS); }

static void enqueue(struct thread *t, int sig, const siginfo_t *info) {
    for (unsigned i = 0; i < t->queued_signals && sig < 32; i++)
        if ((int)t->queue[i].signo == sig) return; // the kernel merges them, too
    if (t->queued_signals == THREAD_SIGNALS) return;
    struct sh_signal *s = &t->queue[t->queued_signals];
    s->signo = (uint32_t)sig;
    s->code = info->si_code;
    os_copy(s->info, info, sizeof s->info);
    t->queued_signals++;
    t->pending = 1;
    heap_slow_set(HEAP_SLOW_SIGNAL);
}

static void watchdog_entry(int sig, siginfo_t *info, void *context);

static void signals_entry(int sig, siginfo_t *info, void *context) {
    if (sig == WATCHDOG_SIGNAL && info->si_code == SI_TIMER && info->si_value.sival_int == SCHED_TICK) {
        watchdog_entry(sig, info, context);
        return;
    }
    struct thread *t = thread_self();
    if (intercept_off || t->raising == sig) {
        if (!intercept_off) t->raising = 0;
        run_handler(sig, info, context);
        return;
    }
    if (run_mode == RUN_REPLAY) { // nobody but the log sends signals in a replay; a user may end it
        if (sig == SIGINT || sig == SIGTERM || sig == SIGHUP) OS1(SYS_exit_group, 128 + sig);
        return;
    }
    enqueue(t, sig, info);
    ucontext_t *uc = context;
    uint64_t pc = (uint64_t)uc->uc_mcontext.gregs[REG_RIP];
    if (pc >= (uintptr_t)interruptible_start && pc < (uintptr_t)interruptible_end)
        uc->uc_mcontext.gregs[REG_RIP] = (greg_t)(uintptr_t)interruptible_abort;
    if (!t->inside) arm_watchdog();
}

// The program computed on without an event: deliver here, inexactly.
static void watchdog_entry(int sig, siginfo_t *info, void *context) {
    (void)sig;
    (void)context;
    if (intercept_off) return;
    struct thread *t = thread_self();
    if (info->si_code == SI_TIMER && info->si_value.sival_int == SCHED_TICK) {
        if (t->inside) {
            t->ticked = 1;
            sched_tick(true);
            return;
        }
        t->inside = 1;
        uint64_t events = control->events;
        sched_tick(false);
        bool due = control->events != events && run_signals_behind();
        t->inside = 0;
        if (due) signals_raise();
        return;
    }
    if (run_mode == RUN_REPLAY) {
        if (t->inside) signals_end_later(); // perhaps about to end by itself
        else run_log_end();
    }
    if (t->inside || !t->queued_signals) return;
    control->inexact_signals++;
    if (run_mode == RUN_RECORD) run_uncontrolled(SH_EVENT_SIGNAL, "a signal was delivered between two events");
    signals_take(heap_allocations - event_allocations);
    signals_raise();
}

static long install(int sig, void (*entry)(int, siginfo_t *, void *), uint64_t flags, uint64_t mask, void (*restorer)(void)) {
    struct kernel_sigaction action = {(void (*)(int))(void *)entry, flags | SA_SIGINFO | KERNEL_RESTORER, restorer, mask};
    return OS4(SYS_rt_sigaction, sig, &action, 0, 8);
}

__asm__(".hidden signals_return\n.globl signals_return\n.type signals_return, @function\n"
        "signals_return:\n mov $15, %rax\n syscall\n");
extern void signals_return(void);

void signals_start(void) {
    for (int sig = 1; sig < SIGNALS_COUNT; sig++) OS4(SYS_rt_sigaction, sig, 0, &signals_actions[sig], 8); // ignored ones are inherited
    for (int sig = 1; sig < 32; sig++)
        if (is_synchronous(sig)) install(sig, (void (*)(int, siginfo_t *, void *))crash_entry, SA_ONSTACK | SA_NODEFER, 0, signals_return);
    // not on the program's stack: what it finds there uninitialised must be the same in every mode
    install(WATCHDOG_SIGNAL, watchdog_entry, SA_ONSTACK, 0, signals_return);
}

long signals_action(int sig, const struct kernel_sigaction *fresh, struct kernel_sigaction *old) {
    if (sig < 1 || sig >= SIGNALS_COUNT || (fresh && (sig == SIGKILL || sig == SIGSTOP))) return -22;
    struct kernel_sigaction before = signals_actions[sig];
    if (fresh) {
        struct kernel_sigaction wanted = *fresh;
        bool plain = wanted.handler == SIG_DFL || wanted.handler == SIG_IGN;
        long failed = 0;
        signals_actions[sig] = wanted;
        if (is_synchronous(sig) || (sig == WATCHDOG_SIGNAL && plain)) failed = 0; // ours stays in place
        else if (plain) failed = OS4(SYS_rt_sigaction, sig, &wanted, 0, 8);
        else failed = install(sig, signals_entry, wanted.flags & ~(uint64_t)(SA_RESTART | SA_RESETHAND), wanted.mask & ~HIDDEN,
                              wanted.flags & KERNEL_RESTORER ? wanted.restorer : signals_return);
        if (failed) {
            signals_actions[sig] = before;
            return failed;
        }
    }
    if (old) *old = before;
    return 0;
}

long signals_mask(int how, const uint64_t *fresh, uint64_t *old, size_t size) {
    struct thread *t = thread_self();
    uint64_t real = 0, before, hidden = t->hidden_mask;
    if (fresh && size == 8) {
        real = *fresh & ~HIDDEN;
        uint64_t wanted = *fresh & HIDDEN;
        hidden = how == SIG_BLOCK ? hidden | wanted : how == SIG_UNBLOCK ? hidden & ~wanted : wanted;
    }
    long result = OS4(SYS_rt_sigprocmask, how, fresh ? &real : 0, &before, size);
    if (result) return result;
    if (old) *old = before | t->hidden_mask;
    t->hidden_mask = hidden;
    return 0;
}

long signals_alternate_stack(const void *fresh, void *old) {
    struct thread *t = thread_self();
    stack_t before;
    os_copy(&before, t->program_stack, sizeof before);
    if (fresh) {
        stack_t wanted = *(const stack_t *)fresh, ours = {.ss_sp = t->signal_stack, .ss_size = THREAD_SIGNAL_STACK};
        long failed = OS2(SYS_sigaltstack, wanted.ss_flags & SS_DISABLE ? &ours : &wanted, 0);
        if (failed) return failed;
        os_copy(t->program_stack, &wanted, sizeof wanted);
    }
    if (old) *(stack_t *)old = before;
    return 0;
}

static bool any_pending(void) {
    for (unsigned i = 0; i < threads_count; i++)
        if (threads[i]->pending) return true;
    return false;
}

bool signals_take(uint64_t place) {
    struct thread *t = thread_self();
    if (!t->queued_signals) return t->listed != 0;
    uint64_t all = ~0ul, before;
    OS4(SYS_rt_sigprocmask, SIG_BLOCK, &all, &before, 8);
    for (unsigned i = 0; i < t->queued_signals && t->listed < THREAD_SIGNALS; i++) {
        t->queue[i].allocations = i && place == SIGNALS_BEFORE_EVENT ? SIGNALS_WITH_LAST : place;
        t->list[t->listed++] = t->queue[i];
        control->signals++;
        if (run_mode == RUN_RECORD) log_append_blob(SH_EVENT_SIGNAL, 0, &t->queue[i], sizeof t->queue[i]);
    }
    t->queued_signals = 0;
    t->pending = 0;
    if (!any_pending()) heap_slow_clear(HEAP_SLOW_SIGNAL);
    OS4(SYS_rt_sigprocmask, SIG_SETMASK, &before, 0, 8);
    return true;
}

void signals_put(const struct sh_signal *logged) {
    struct thread *t = thread_self();
    if (t->listed == THREAD_SIGNALS || logged->signo < 1 || logged->signo >= SIGNALS_COUNT) return;
    t->list[t->listed++] = *logged;
    control->signals++;
}

HOT void signals_postpone(void) {
    if (thread_self()->pending) arm_watchdog();
}

bool signals_interrupt(void) {
    const struct thread *t = thread_self();
    for (unsigned i = 0; i < t->queued_signals; i++)
        if (!(signals_actions[t->queue[i].signo].flags & SA_RESTART)) return true;
    return false;
}

void signals_raise(void) {
    struct thread *t = thread_self();
    while (t->listed) { // a handler may leave by longjmp: the rest is delivered at the next event
        struct sh_signal next = t->list[0];
        t->listed--;
        for (unsigned i = 0; i < t->listed; i++) t->list[i] = t->list[i + 1];
        int sig = (int)next.signo;
        if (signals_actions[sig].handler == SIG_IGN || signals_actions[sig].handler == SIG_DFL) continue;
        uint64_t only = BIT(sig), before;
        t->inside = 1;
        t->raising = sig;
        long pid = OS1(SYS_getpid, 0), tid = OS1(SYS_gettid, 0);
        OS4(SYS_rt_sigprocmask, SIG_UNBLOCK, &only, &before, 8);
        t->inside = 0;
        OS4(SYS_rt_tgsigqueueinfo, pid, tid, sig, next.info); // the handler runs before this returns
        OS4(SYS_rt_sigprocmask, SIG_SETMASK, &before, 0, 8);
    }
}

void signals_at_allocation(void) {
    if (intercept_off || thread_self()->inside) return;
    if (run_mode == RUN_REPLAY) {
        if (!replay_target || heap_allocations != replay_target) return;
        run_replay_signal();
    } else if (!signals_take(heap_allocations - event_allocations)) {
        return;
    }
    signals_raise();
}

void signals_behind_switch(void) {
    struct thread *t = thread_self();
    t->inside = 1;
    bool due = run_signals_behind();
    t->inside = 0;
    if (due) signals_raise();
}

void signals_replay_at(uint64_t allocations) {
    replay_target = allocations ? event_allocations + allocations : 0;
    if (replay_target) heap_slow_set(HEAP_SLOW_SIGNAL);
    else heap_slow_clear(HEAP_SLOW_SIGNAL);
}

HOT void signals_event(void) { event_allocations = heap_allocations; }

bool signals_fatal(int sig) {
    if (sig < 1 || sig >= SIGNALS_COUNT || signals_actions[sig].handler != SIG_DFL) return false;
    switch (sig) {
    case SIGCHLD: case SIGCONT: case SIGURG: case SIGWINCH: case SIGSTOP: case SIGTSTP: case SIGTTIN: case SIGTTOU: return false;
    default: break;
    }
    uint64_t blocked = 0;
    OS4(SYS_rt_sigprocmask, SIG_BLOCK, 0, &blocked, 8);
    return sig == SIGKILL || !(blocked & BIT(sig));
}

void signals_forget(void) {
    for (unsigned i = 0; i < threads_count; i++) {
        threads[i]->queued_signals = threads[i]->listed = 0;
        threads[i]->pending = 0;
    }
    heap_slow_clear(HEAP_SLOW_SIGNAL);
}
