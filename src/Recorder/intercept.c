// Catches system calls and time-stamp instructions.
//
// Where: intercept_call in the hook, on a stack of its own, at every system call of the program.
// Rules: no libc, no allocation, general registers only; errno and everything else that the ABI keeps is kept.
#include "intercept.h"

#include "call_blocks.h"
#include "drop_table.h"
#include "fatal.h"
#include "heap.h"
#include "log.h"
#include "os.h"
#include "patch.h"
#include "patch_site.h"
#include "sched.h"
#include "sched_hold.h"
#include "signals.h"
#include "site_cache.h"
#include "syscalls.h"
#include "trace.h"

#include <sys/syscall.h>

HOT_DATA volatile uint8_t intercept_off = 1;

int intercept_module(const struct module *m) {
    static struct site sites[SITES_MAX]; // too large for the stack
    int known = site_cache_find(m, sites, SITES_MAX);
    unsigned count = known >= 0 ? (unsigned)known : 0;
    if (known < 0) {
        count = site_scan(m, sites, SITES_MAX);
        if (count == SITES_MAX) return -7; // E2BIG
        site_cache_store(m, sites, count);
    }
    return patch_module(m, sites, count);
}

static const struct call_model unknown = {.class = CALL_SPECIAL, .special = call_uncontrolled};

// Replay: the next event, if that is a signal; a marker may say of it that its place is not exact.
static const struct replay_event *next_signal(void) {
    const struct replay_event *e = replay_peek();
    if (e && e->code == SH_EVENT_UNCONTROLLED) {
        run_skip_markers();
        e = replay_peek();
    }
    return e && e->code == SH_EVENT_SIGNAL ? e : NULL;
}

// Replay: signals whose place is right before this call.
static bool replay_signals_before(void) {
    bool found = false;
    for (const struct replay_event *e = next_signal(); e; e = next_signal()) {
        struct sh_signal s;
        if (e->blob_size != sizeof s) return found;
        os_copy(&s, e->blob, sizeof s);
        if (s.allocations != (found ? SIGNALS_WITH_LAST : SIGNALS_BEFORE_EVENT)) return found;
        signals_put(&s);
        replay_take();
        found = true;
    }
    return found;
}

// Replay: signals that were delivered right behind the event just done, and the next one's place among the
// allocations.
static bool replay_signals_behind(void) {
    bool found = false;
    for (const struct replay_event *e = next_signal(); e; e = next_signal()) {
        struct sh_signal s;
        if (e->blob_size != sizeof s) return found;
        os_copy(&s, e->blob, sizeof s);
        if (s.allocations == SIGNALS_BEFORE_EVENT) return found;
        if (s.allocations) {
            signals_replay_at(s.allocations);
            return found;
        }
        signals_put(&s);
        replay_take();
        found = true;
    }
    return found;
}

void run_replay_signal(void) {
    const struct replay_event *e = next_signal();
    signals_replay_at(0);
    if (!e || e->blob_size != sizeof(struct sh_signal)) return;
    struct sh_signal s;
    os_copy(&s, e->blob, sizeof s);
    signals_put(&s);
    replay_take();
    for (e = next_signal(); e && e->blob_size == sizeof s; e = next_signal()) {
        struct sh_signal next;
        os_copy(&next, e->blob, sizeof next);
        if (next.allocations != s.allocations) {
            if (next.allocations && next.allocations != SIGNALS_BEFORE_EVENT) signals_replay_at(next.allocations);
            return;
        }
        signals_put(&next);
        replay_take();
    }
}

HOT bool run_signals_before(void) {
    if (run_mode == RUN_REPLAY) return replay_signals_before();
    return thread_self()->pending && signals_take(SIGNALS_BEFORE_EVENT);
}

HOT bool run_signals_behind(void) {
    return run_mode == RUN_REPLAY ? replay_signals_behind() : thread_self()->pending && signals_take(0);
}

static void trace_call(const struct call *c, const struct intercept_frame *f) {
    trace_event(control->events, c->nr, c->args, c->result, intercept_pc(f), f->rsp, f->rbp);
}

static int call_model_run(struct call *c) {
    c->model = c->nr < CALLS_MAX && call_models[c->nr].class ? &call_models[c->nr] : &unknown;
    return c->model->special ? c->model->special(c) : call_generic(c);
}

// What a system call is about, for POS: its descriptor, or nothing that another thread could share.
static uint64_t call_object(const struct intercept_frame *f) {
    const struct call_model *m = f->rax < CALLS_MAX ? &call_models[f->rax] : &unknown;
    if (f->rax == SYS_futex) return f->args[0];
    return m->scalars & 1 ? f->args[0] : 0;
}

// Threads: other ones may run before the call. Calls that concern the thread itself, or memory, are no places.
static void call_place(const struct intercept_frame *f) {
    switch (f->rax) {
    case SYS_brk: case SYS_mmap: case SYS_munmap: case SYS_mprotect: case SYS_mremap: case SYS_madvise: case SYS_rt_sigprocmask:
    case SYS_rt_sigaction: case SYS_sigaltstack: case SYS_gettid: case SYS_getpid: case SYS_rseq: case SYS_set_robust_list: case SYS_arch_prctl:
        return;
    default: break;
    }
    bool yields = f->rax == SYS_sched_yield;
    bool unasked = ++sched_places < sched_stop;
    if (!unasked && sched_only_holds && !yields) {
        sched_hold_pass(intercept_pc(f), f->rsp, f->rbp);
        unasked = true;
    }
    if (unasked && !yields) {
        if (call_asks_for_input(f->rax, (int)f->args[0])) sched_give_turn();
        return;
    }
    struct place p = {.operation = (uint32_t)f->rax, .object = call_object(f), .pc = intercept_pc(f), .sp = f->rsp, .bp = f->rbp};
    if (yields) sched_yield_place(&p);
    else sched_place(&p);
}

HOT int intercept_call(struct intercept_frame *frame) {
    struct call c; // not zeroed as a whole: it is large
    struct thread *self = thread_self();
    c.performed = false;
    c.limit = 0;
    bool counted = false;
    if (run_mode == RUN_RECORD && frame->rax <= SYS_write && !drops) {
        bool asked = sched_places + 1 >= sched_stop && !sched_only_holds;
        if (sched_on && !asked && !call_fd_waits((int)frame->args[0])) {
            sched_places++;
            counted = true;
            if (sched_only_holds) sched_hold_pass(intercept_pc(frame), frame->rsp, frame->rbp);
        }
        if ((counted || !sched_on) && call_fast(frame, &c)) return INTERCEPT_RETURN;
    }
    c.frame = frame;
    c.nr = (unsigned)frame->rax;
    c.args = frame->args;
    if (!c.performed) c.result = 0;
    c.piece_count = 0;
    c.piece_size = 0;
    self->inside = 1;
    if (sched_on && !counted) call_place(frame);
    bool recording = run_mode != RUN_REPLAY;
    if (!recording) run_skip_markers();
    if (__builtin_expect(!c.performed && run_signals_before(), 0)) { // made already: signals come behind it
        self->inside = 0;
        return INTERCEPT_SIGNALS;
    }
    if (!recording) run_skip_markers();
    uint64_t event = control->events;
    int action = call_model_run(&c);
    if (recording && control->events != event) signals_event();
    if (__builtin_expect(control->flags & SH_FLAG_TRACE, 0)) {
        if (action == INTERCEPT_RETURN) c.result = (long)frame->rax;
        trace_call(&c, frame);
    }
    patch_poll();
    if (action == INTERCEPT_RETURN && !intercept_off) {
        if (control->events == event && run_mode != RUN_LIVE) signals_postpone(); // not an event: no place in the log
        else if (run_signals_behind()) action = INTERCEPT_RETURN_SIGNALS;
    }
    self->inside = 0;
    if (sched_released() && !self->released) thread_release(self);
    return action;
}

static uint64_t read_special(uint64_t what, bool *carry) {
    uint32_t low, high, aux;
    uint64_t value = 0;
    uint8_t good = 1;
    switch (what & 0xff) {
    case SITE_RDTSC: __asm__ volatile("rdtsc" : "=a"(low), "=d"(high)); value = (uint64_t)high << 32 | low; break;
    case SITE_RDTSCP: __asm__ volatile("rdtscp" : "=a"(low), "=d"(high), "=c"(aux)); value = (uint64_t)high << 32 | low; break;
    case SITE_RDRAND: __asm__ volatile("rdrand %0; setc %1" : "=r"(value), "=qm"(good)::"cc"); break;
    case SITE_RDSEED: __asm__ volatile("rdseed %0; setc %1" : "=r"(value), "=qm"(good)::"cc"); break;
    default: fatal("an unknown instruction site");
    }
    *carry = good;
    return value;
}

HOT void intercept_instruction(uint64_t registers[17], uint64_t what) {
    unsigned kind = what & 0xff, operand = what >> 8 & 0x0f;
    bool random = kind == SITE_RDRAND || kind == SITE_RDSEED, carry = true;
    unsigned code = random ? SH_EVENT_RANDOM : SH_EVENT_TSC;
    uint64_t value;
    const struct replay_event *e = !intercept_off && run_mode == RUN_REPLAY ? replay_peek() : NULL;
    if (e && e->code == code) {
        value = (uint64_t)e->result;
        replay_take();
        signals_event();
    } else {
        if (!intercept_off && run_mode == RUN_REPLAY) run_diverge(NULL, e, random ? "a random number is read" : "the time stamp is read");
        do value = read_special(what, &carry);
        while (!carry); // the hardware says "not yet": never seen by the program
        if (!intercept_off && run_mode == RUN_RECORD) {
            uint8_t inside = thread_self()->inside;
            thread_self()->inside = 1;
            if (random) log_append(code, 0, (int64_t)value, 0, NULL);
            else log_append_delta(code, value);
            signals_event();
            thread_self()->inside = inside;
        }
    }
    if (random) {
        registers[operand] = what >> 15 & 1 ? value : (uint32_t)value;
        registers[16] = (registers[16] & ~0x8d5ul) | 1; // CF set; OF SF ZF AF PF clear
    } else {
        registers[0] = (uint32_t)value;
        registers[2] = value >> 32;
        if (kind == SITE_RDTSCP) registers[1] = 0; // one processor
    }
}
