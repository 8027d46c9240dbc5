// The course of a run: record, replay, live; how it diverges, stops, fails and ends.
//
// Where: in the hook and in the handler of fatal signals.
#include "backtrace.h"
#include "fatal.h"
#include "heap.h"
#include "heap_guard.h"
#include "live_input.h"
#include "os.h"
#include "patch_site.h"
#include "peers.h"
#include "run_mode.h"
#include "sched.h"
#include "sched_run.h"
#include "signals.h"
#include "syscalls.h"
#include "tee.h"
#include "trace.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>

#define EXIT_DIVERGED 124
#define EXIT_LOG_END 123

HOT_DATA enum run_mode run_mode = RUN_RECORD;
static struct sh_start recorded; // replay: of the source run

HOT_DATA static uint32_t recorded_in_flight[2]; // in_flight_call, in_flight_fd of the source run

long run_recorded_pid(void) { return recorded.pid; }
bool run_was_in_flight(unsigned nr, int fd) { return recorded_in_flight[0] == nr + 1 && recorded_in_flight[1] == (uint32_t)fd; }

void run_set_recorded(const struct sh_start *start) {
    recorded = *start;
    char path[1100];
    os_format(path, sizeof path, "%s/control", control->source_run);
    int fd = os_open(path, O_RDONLY, 0);
    if (fd < 0) return;
    OS4(SYS_pread64, fd, recorded_in_flight, sizeof recorded_in_flight, offsetof(struct sh_control, in_flight_call));
    os_close(fd);
}

static const char *call_word(int64_t code) {
    switch (code) {
    case -1: return "the end of the log";
    case SH_EVENT_MODULE: return "a library mapped";
    case SH_EVENT_SIGNAL: return "a signal";
    case SH_EVENT_TSC: return "a time stamp read";
    case SH_EVENT_RANDOM: return "a hardware random number";
    case SH_EVENT_CHILD: return "a child process started";
    case SH_EVENT_UNCONTROLLED: return "an uncontrolled event";
    case SH_EVENT_STOPPED: return "the end of the recording";
    case SH_EVENT_END: return "the program's end";
    case SH_EVENT_FAILURE: return "the program's failure";
    case SH_EVENT_INTERVAL: return "a switch to another thread";
    case SH_EVENT_THREAD: return "a thread started";
    case SH_EVENT_DROPPED: return "a request dropped";
    default: return code >= SH_EVENT_CLOCK && code < SH_EVENT_CLOCK + 16 ? "a clock read" : NULL;
    }
}

static void describe(char *to, size_t size, int64_t code) {
    const char *word = call_word(code);
    if (word) os_format(to, size, "%s", word);
    else os_format(to, size, "system call %d", code);
}

static void note_divergence(const struct call *c, const struct replay_event *e, const char *what) {
    struct sh_divergence *d = &control->divergence;
    if (d->present) return; // the first one counts
    char logged[64], actual[64];
    d->event = control->events;
    d->thread = intercept_off ? 0 : thread_self()->number;
    d->logged_call = e ? (int32_t)e->code : -1;
    d->actual_call = c ? (int32_t)c->nr : -1;
    describe(logged, sizeof logged, d->logged_call);
    if (c) describe(actual, sizeof actual, d->actual_call);
    os_format(d->text, sizeof d->text, "%s: at event %u the log has %s, the program does %s", what, d->event, logged, c ? actual : "this");
    if (c) {
        os_copy(d->actual_args, c->args, sizeof d->actual_args);
        d->stack.count = backtrace_from(intercept_pc(c->frame), c->frame->rsp, c->frame->rbp, d->stack.pc, SH_MAX_FRAMES);
    }
    d->present = 1;
}

// What the log still holds is input for the live run.
static void read_rest(void) {
    uint64_t events = control->events; // it is read, not replayed
    live_input_begin();
    peers_rest_begin();
    for (const struct replay_event *e = replay_peek(); e; e = replay_peek()) {
        live_input_rest(e);
        peers_rest(e);
        replay_take();
    }
    live_input_end();
    peers_rest_end();
    control->events = events;
}

void run_go_live(void) {
    control->live_since = control->events + 1;
    read_rest();
    run_mode = RUN_LIVE;
    signals_replay_at(0);
    sched_live();
}

void run_diverge(struct call *c, const struct replay_event *e, const char *what) {
    bool log_end = !e || e->code == SH_EVENT_STOPPED;
    if (!log_end || replay_damage) note_divergence(c, e, replay_damage ? replay_damage : what);
    if (control->flags & SH_FLAG_GO_LIVE) {
        run_go_live();
        return;
    }
    if (log_end && !replay_damage) run_log_end();
    run_finish(SH_STATUS_DIVERGED);
    for (;;) OS1(SYS_exit_group, EXIT_DIVERGED);
}

void run_log_end(void) {
    os_format(control->status_text, sizeof control->status_text, "the log ends after event %u, and the replay with it", control->events);
    run_finish(SH_STATUS_LOG_END);
    for (;;) OS1(SYS_exit_group, EXIT_LOG_END);
}

// The program was killed somewhere behind this event, perhaps in a loop that makes none.
void replay_ran_out(void) {
    if (run_mode == RUN_REPLAY && !(control->flags & SH_FLAG_GO_LIVE)) signals_end_later();
}

void run_stop(const char *why) {
    if (intercept_off) return;
    if (run_mode == RUN_REPLAY) {
        const struct replay_event *e = replay_peek();
        if (!e || e->code != SH_EVENT_STOPPED) run_diverge(NULL, e, why);
        else run_diverge(NULL, NULL, why);
        return;
    }
    if (control->mode != SH_MODE_PATCH_ONLY) os_format(control->status_text, sizeof control->status_text, "%s; the program goes on unrecorded", why);
    if (run_mode == RUN_RECORD) {
        log_append_blob(SH_EVENT_STOPPED, 0, why, os_length(why));
        run_finish(SH_STATUS_STOPPED);
        complain(control->status_text);
        if (control->flags & SH_FLAG_REFUSE) fatal("ended, as asked for when a run cannot be recorded");
    }
    sched_release();
    patch_restore_traps(); // threads block signals now and then, the traps' among them
    intercept_off = INTERCEPT_OFF;
    signals_forget();
}

void sched_diverged(const char *what) { run_diverge(NULL, replay_peek(), what); }

static void note_blocked(void) {
    for (unsigned i = 0; i < threads_count; i++) {
        const struct thread *t = threads[i];
        if (t->state != THREAD_WAITING) continue;
        if (control->blocked_count == SH_MAX_BLOCKED) {
            control->blocked_lost++;
            continue;
        }
        struct sh_blocked *b = &control->blocked[control->blocked_count++];
        *b = (struct sh_blocked){.thread = t->number, .operation = t->wait_operation, .object = t->object};
        b->stack.count = backtrace_from(t->where[0], t->where[1], t->where[2], b->stack.pc, SH_MAX_FRAMES);
    }
}

void sched_deadlock(void) {
    control->blocked_count = control->blocked_lost = 0;
    note_blocked();
    bool ends = control->flags & SH_FLAG_END_DEADLOCK;
    const struct replay_event *e = run_mode == RUN_REPLAY ? replay_peek() : NULL;
    if (e) replay_take();
    else if (!ends) return;
    struct sh_failure *f = &control->failure;
    f->kind = SH_FAILURE_DEADLOCK;
    f->event = control->events;
    f->thread = control->blocked[0].thread;
    f->stack = control->blocked[0].stack;
    struct sh_signal nothing = {0};
    if (run_mode == RUN_RECORD) log_append_blob(SH_EVENT_FAILURE, 0, &nothing, sizeof nothing);
    run_finish(SH_STATUS_FAILED);
    struct kernel_sigaction plain = {0};
    OS4(SYS_rt_sigaction, SIGABRT, &plain, 0, 8);
    uint64_t abort_signal = 1ul << (SIGABRT - 1);
    OS4(SYS_rt_sigprocmask, SIG_UNBLOCK, &abort_signal, 0, 8);
    for (;;) OS3(SYS_tgkill, OS1(SYS_getpid, 0), OS1(SYS_gettid, 0), SIGABRT);
}

void log_failed(int error) {
    char text[160];
    os_format(text, sizeof text, "the event log cannot grow (%s, error %d)", error == -28 ? "the disk is full" : "see errno", (int64_t)-error);
    run_stop(text);
}

void run_finish(unsigned status) {
    static bool finished;
    if (finished) return;
    finished = true;
    control->allocations = heap_allocations;
    if (sched_on) control->places += sched_places; // of the last interval
    if (control->flags & SH_FLAG_GUARD) guard_finish();
    if (control->flags & SH_FLAG_TRACE) trace_flush();
    tee_flush();
    log_close();
    __atomic_store_n(&control->status, status, __ATOMIC_RELEASE);
}

void run_failure(int sig, uint64_t pc, uint64_t sp, uint64_t bp, const struct intercept_frame *frame) {
    struct sh_failure *f = &control->failure;
    f->kind = SH_FAILURE_SIGNAL;
    f->signo = (uint32_t)sig;
    f->thread = thread_self()->number;
    f->event = control->events;
    if (frame) {
        f->regs[7] = frame->rsp;
        f->regs[6] = frame->rbp;
        f->regs[16] = pc;
    }
    f->stack.count = backtrace_from(pc, sp, bp, f->stack.pc, SH_MAX_FRAMES);
    f->stack.truncated = f->stack.count == SH_MAX_FRAMES;
    if (run_mode == RUN_REPLAY && !frame) {
        const struct replay_event *e = replay_peek();
        if (e && e->code == SH_EVENT_FAILURE) replay_take();
        else note_divergence(NULL, e, "the program fails");
    }
    struct sh_signal s = {.signo = (uint32_t)sig, .code = f->code};
    if (run_mode == RUN_RECORD) log_append_blob(SH_EVENT_FAILURE, 0, &s, sizeof s);
    run_finish(SH_STATUS_FAILED);
}

void run_uncontrolled(unsigned code, const char *why) {
    if (!control->uncontrolled++) control->first_uncontrolled = code;
    if (run_mode == RUN_RECORD) log_append_blob(SH_EVENT_UNCONTROLLED, 0, why, os_length(why));
}

void run_skip_markers(void) {
    for (const struct replay_event *e = replay_peek(); e && (e->code == SH_EVENT_UNCONTROLLED || e->code == SH_EVENT_DROPPED); e = replay_peek()) {
        bool dropped = e->code == SH_EVENT_DROPPED;
        replay_take();
        if (dropped) continue;
        e = replay_peek();
        if (!control->uncontrolled++) control->first_uncontrolled = e ? e->code : 0;
    }
}

void run_module_event(const struct module *m) {
    uint8_t bytes[sizeof(struct sh_module) + sizeof m->build_id + sizeof m->path];
    struct sh_module *head = (void *)bytes;
    uint32_t path = (uint32_t)os_length(m->path);
    *head = (struct sh_module){m->bias, m->start, m->end, m->build_id_size, path};
    os_copy(bytes + sizeof *head, m->build_id, m->build_id_size);
    os_copy(bytes + sizeof *head + m->build_id_size, m->path, path);
    size_t size = sizeof *head + m->build_id_size + path;
    if (run_mode == RUN_RECORD) log_append_blob(SH_EVENT_MODULE, 0, bytes, size);
    if (run_mode != RUN_REPLAY) return;
    const struct replay_event *e = replay_peek();
    if (e && e->code == SH_EVENT_MODULE && e->blob_size >= sizeof *head) {
        const struct sh_module *then = (const void *)e->blob;
        bool same_build = then->build_id_size == m->build_id_size && e->blob_size >= sizeof *head + m->build_id_size &&
                          !os_compare(e->blob + sizeof *head, m->build_id, m->build_id_size);
        char text[400];
        os_format(text, sizeof text, "%s %s", m->path, same_build ? "lies at another address than in the recording" : "is another build than in the recording");
        bool same_place = then->base == m->bias || (control->flags & SH_FLAG_GO_LIVE);
        replay_take();
        if (!same_build || !same_place) run_diverge(NULL, e, text);
        return;
    }
    run_diverge(NULL, e, "a library is mapped");
}
