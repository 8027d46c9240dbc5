// Threads begin and end.
//
// Where: in the hook; a new thread's first steps are on its own hook stack (intercept_thread_begin).
// How:   the child gets its registers by a frame that its parent prepares, the address of its struct thread by the
//        word below its stack pointer. The words that the kernel would set and clear (thread ids) are ours to set
//        and clear, at their place in the schedule.
#include "drop_table.h"
#include "futex.h"
#include "os.h"
#include "sched.h"
#include "peers.h"
#include "sched_class.h"
#include "sched_hold.h"
#include "sched_policy.h"
#include "sync.h"
#include "syscalls.h"

#include <sched.h>
#include <sys/syscall.h>

#define OURS (CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID)

static struct thread *starting; // the thread whose clone is under way; the baton is held meanwhile
static uint64_t saved_args[6];
static bool starting_replayed;

static const struct call_model thread_model = {.class = CALL_SPECIAL};

// `result`: the thread's id, or a negative errno.
static int log_thread(struct call *c, long result) {
    c->result = result;
    c->nr = SH_EVENT_THREAD;
    c->model = &thread_model;
    return call_log(c, NULL);
}

static void prepare(struct call *c, struct thread *t) {
    struct intercept_frame *f = (void *)(t->stack_top - sizeof *f);
    *f = *c->frame;
    f->rax = 0;
    f->rsp = c->args[1];
    t->start_frame = f;
    t->check = (uint32_t)t->number;
    t->alive = 1;
    t->hidden_mask = thread_self()->hidden_mask;
    t->clear_tid = c->args[0] & CLONE_CHILD_CLEARTID ? (uint32_t *)c->args[3] : NULL;
    ((uint64_t *)c->args[1])[-1] = (uintptr_t)t;
    thread_self()->after = c->frame->after;
    os_copy(saved_args, c->args, sizeof saved_args);
    uint64_t *args = c->frame->args;
    args[0] = (args[0] & ~(uint64_t)OURS) | CLONE_CHILD_CLEARTID;
    args[3] = (uintptr_t)&t->alive;
}

int call_thread(struct call *c) {
    long recorded = 0;
    bool free = control->mode == SH_MODE_PATCH_ONLY && !sched_holds && !drops && control->sched_policy == SH_POLICY_UNIPROCESSOR;
    if (free && !sched_on) { // pads need no baton: the threads may run at the same time
        run_stop("the threads run as the kernel likes");
        return INTERCEPT_PLAIN;
    }
    if (!sched_on) {
        if (policy_start()) {
            run_stop("the schedule in schedule.bin cannot be read");
            return INTERCEPT_PLAIN;
        }
        sync_resolve();
        sched_start(peers_live());
        struct thread *first = thread_self();
        OS3(SYS_get_robust_list, 0, &first->robust_list, &first->robust_size);
        OS1(SYS_set_tid_address, &first->alive); // its word is ours to clear
        if (run_mode == RUN_REPLAY) first->tid = (int32_t)run_recorded_pid();
    }
    starting_replayed = false;
    if (run_mode == RUN_REPLAY) {
        unsigned nr = c->nr;
        const struct call_model *model = c->model;
        struct replay_event e;
        c->nr = SH_EVENT_THREAD;
        c->model = &thread_model;
        starting_replayed = call_replayed(c, &e);
        recorded = c->result;
        c->nr = nr;
        c->model = model;
        if (starting_replayed && recorded < 0) return call_returns(c, recorded);
    }
    struct thread *t = thread_new();
    if (!t) return log_thread(c, -11); // EAGAIN, as where the kernel has no room
    prepare(c, t);
    t->tid = (int32_t)recorded;
    starting = t;
    control->threads++;
    return INTERCEPT_THREAD;
}

int intercept_thread_done(struct intercept_frame *frame) {
    long result = (long)frame->rax;
    struct thread *t = starting, *self = thread_self();
    os_copy(frame->args, saved_args, sizeof saved_args);
    struct call c = {.frame = frame, .args = frame->args, .nr = SYS_clone};
    self->inside = 1;
    if (result < 0) {
        thread_undo(t);
        control->threads--;
        if (starting_replayed) run_diverge(&c, replay_peek(), "a thread cannot be started now");
        log_thread(&c, result);
        self->inside = 0;
        return INTERCEPT_RETURN;
    }
    t->real_tid = (int32_t)result;
    if (!starting_replayed) {
        t->tid = t->real_tid;
        log_thread(&c, result);
    }
    if (frame->args[0] & CLONE_PARENT_SETTID) *(int32_t *)frame->args[2] = t->tid;
    if (frame->args[0] & CLONE_CHILD_SETTID) *(int32_t *)frame->args[3] = t->tid;
    frame->rax = (uint64_t)t->tid;
    sched_add(t);
    struct place p = {.operation = SH_THREAD_CREATE, .behind = true, .object = t->number, .pc = intercept_pc(frame), .sp = frame->rsp, .bp = frame->rbp};
    sched_places++;
    sched_place(&p);
    int action = run_signals_behind() ? INTERCEPT_RETURN_SIGNALS : INTERCEPT_RETURN;
    self->inside = 0;
    return action;
}

void intercept_thread_begin(struct thread *t) {
    thread_enter(t);
    t->inside = 1;
    sched_begin(t);
    t->inside = 0;
    if (sched_released()) thread_release(t);
}

void thread_release(struct thread *t) {
    t->released = true;
    OS1(SYS_set_tid_address, t->clear_tid);
}

bool thread_ends(void) {
    if (!sched_on) return false;
    struct thread *t = thread_self();
    unsigned left = 0;
    for (unsigned i = 0; i < threads_count; i++) left += threads[i] != t && threads[i]->state != THREAD_ENDED && threads[i]->state != THREAD_NEW;
    if (!left) return false;
    futex_thread_ends(t);
    sched_end();
    return true;
}

int call_robust_list(struct call *c) {
    struct thread *t = thread_self();
    long failed = OS2(SYS_set_robust_list, c->args[0], c->args[1]); // for other processes, if this one is killed
    if (!failed) t->robust_list = c->args[0];
    if (!failed) t->robust_size = c->args[1];
    return call_returns(c, failed);
}

// Where the kernel would write the processor's number into memory, unseen: the C library does without.
int call_rseq(struct call *c) { return call_returns(c, -38); }

int call_tid_address(struct call *c) {
    if (!sched_on) return call_returns(c, OS1(SYS_set_tid_address, c->args[0]));
    thread_self()->clear_tid = (uint32_t *)c->args[0];
    return call_returns(c, thread_self()->tid);
}

int call_class_read(struct call *c) {
    struct replay_event e;
    bool replayed;
    int action;
    if (!call_obtain(c, &e, &replayed, &action)) return action;
    if (replayed) return call_returns(c, c->result);
    if (!c->args[0] || thread_by_tid((int)c->args[0])) c->result = sched_class_seen(c->result);
    return call_log(c, NULL);
}

int call_processors(struct call *c) {
    int action = call_generic(c);
    if (run_mode == RUN_LIVE && c->result > 0) sched_class_processors((void *)c->args[2], (size_t)c->result);
    return action;
}

// Nothing is logged: the schedule says who runs.
int call_yield(struct call *c) {
    if (run_mode != RUN_REPLAY) OS1(SYS_sched_yield, 0);
    return call_returns(c, 0);
}
