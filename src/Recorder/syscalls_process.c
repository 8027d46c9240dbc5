// Processes and signals; children run unrecorded.
//
// Where: in the hook.
#include "children.h"
#include "heap.h"
#include "os.h"
#include "patch.h"
#include "peers.h"
#include "sched.h"
#include "sched_class.h"
#include "signals.h"
#include "syscalls.h"
#include "trace.h"
#include "heap_guard.h"

#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

static long vfork_recorded; // replay: the pid that the vfork under way had then
static bool vfork_begins; // its child has made no call yet
static int32_t vfork_exec_error; // of the vfork under way: errno of its child's exec, 0: none failed

// In a forked child: everything of ours but the pads is off.
static void become_child(void) {
    intercept_off = 1;
    peers_for_child();
    sched_after_fork_child();
    signals_forget();
    heap_after_fork_child();
    patch_after_fork_child();
    trace_after_fork_child();
    guard_after_fork_child();
}

static void child_started(struct call *c, long pid) {
    c->result = pid;
    if (pid > 0) control->children++;
    static const struct call_model child = {.class = CALL_SPECIAL};
    c->model = &child;
    c->nr = SH_EVENT_CHILD;
    if (vfork_exec_error) call_add_piece(c, &vfork_exec_error, sizeof vfork_exec_error);
    call_log(c, NULL);
    vfork_exec_error = 0;
}

static uint64_t clone_flags(const struct call *c) {
    return c->nr == SYS_clone ? c->args[0] : c->nr == SYS_vfork ? CLONE_VM | CLONE_VFORK : 0;
}


// Replay: the child runs again where it can do no harm; else it lives in the log only.
static int clone_again(struct call *c, long recorded, bool vfork) {
    if (recorded > 0) control->children++;
    if (recorded <= 0 || (!vfork && !call_performs())) return call_returns(c, recorded);
    if (vfork) { // also where nothing may be performed: what it stores in our memory counts
        vfork_recorded = recorded;
        vfork_begins = true;
        intercept_off = INTERCEPT_IN_CHILD;
        return INTERCEPT_VFORK;
    }
    long real = os_call((long)c->frame->rax, (long)c->args[0], (long)c->args[1], (long)c->args[2], (long)c->args[3], (long)c->args[4], 0);
    if (!real) {
        become_child();
        return call_returns(c, 0);
    }
    if (real > 0) children_add(recorded, real);
    return call_returns(c, recorded);
}

int call_clone(struct call *c) {
    uint64_t flags = clone_flags(c);
    bool shares = flags & CLONE_VM, vfork = (flags & CLONE_VFORK) && shares;
    if (shares && (flags & CLONE_THREAD) && c->args[1]) return call_thread(c);
    if (shares && !vfork) {
        run_stop("the program starts a process that shares its memory");
        return INTERCEPT_PLAIN;
    }
    if (run_mode == RUN_REPLAY) {
        c->nr = SH_EVENT_CHILD;
        static const struct call_model child = {.class = CALL_SPECIAL};
        const struct call_model *model = c->model;
        c->model = &child;
        const struct replay_event *e = call_replay(c);
        if (e) {
            vfork_exec_error = 0;
            if (e->blob_size == sizeof vfork_exec_error) os_copy(&vfork_exec_error, e->blob, sizeof vfork_exec_error);
            call_replay_done(c, e);
            if (run_mode == RUN_REPLAY) return clone_again(c, c->result, vfork);
        }
        c->nr = (unsigned)c->frame->rax;
        c->model = model;
        return call_clone(c);
    }
    if (vfork) {
        vfork_exec_error = 0;
        vfork_begins = true;
        intercept_off = INTERCEPT_IN_CHILD; // it runs in our memory until it execs
        return INTERCEPT_VFORK;
    }
    long pid = os_call((long)c->nr, (long)c->args[0], (long)c->args[1], (long)c->args[2], (long)c->args[3], (long)c->args[4], 0);
    if (!pid) {
        become_child();
        return call_returns(c, 0);
    }
    child_started(c, pid);
    return call_returns(c, pid);
}

int intercept_vfork_done(struct intercept_frame *frame) {
    struct call c = {.frame = frame, .args = frame->args};
    intercept_off = INTERCEPT_ON;
    thread_self()->inside = 1;
    if (run_mode == RUN_REPLAY) {
        if (call_performs()) children_add(vfork_recorded, (long)frame->rax);
        else OS4(SYS_wait4, frame->rax, 0, 0x40000000 /* __WALL */, 0); // it had no life of its own
        frame->rax = (uint64_t)vfork_recorded;
    } else {
        child_started(&c, (long)frame->rax);
        signals_event();
    }
    int action = run_signals_behind() ? INTERCEPT_RETURN_SIGNALS : INTERCEPT_RETURN;
    thread_self()->inside = 0;
    return action;
}

// A vfork child's call. Where a replay may perform nothing, it only seems to do anything, and ends where it
// would become another program.
int intercept_vfork_child(struct intercept_frame *frame) {
    const uint64_t *a = frame->args;
    if (vfork_begins) peers_for_child();
    vfork_begins = false;
    bool exec = frame->rax == SYS_execve || frame->rax == SYS_execveat;
    switch (frame->rax) {
    case SYS_clone: case SYS_fork: case SYS_vfork: case SYS_clone3: return INTERCEPT_PLAIN;
    case SYS_exit: case SYS_exit_group: case SYS_rt_sigaction: case SYS_rt_sigprocmask: break;
    case SYS_dup: case SYS_dup2: case SYS_dup3: case SYS_close: case SYS_fcntl: break; // its descriptors are its own
    default:
        if (run_mode != RUN_REPLAY || call_performs()) break;
        if (frame->rax == SYS_open || frame->rax == SYS_openat) {
            frame->rax = (uint64_t)os_open("/dev/null", 2 /* O_RDWR */, 0);
            return INTERCEPT_RETURN;
        }
        frame->rax = exec ? 0 - (uint64_t)vfork_exec_error : 0;
        if (exec && !vfork_exec_error) OS1(SYS_exit, 0);
        return INTERCEPT_RETURN;
    }
    if (exec) sched_class_leave();
    if (exec) vfork_exec_error = 0; // it does not come back from one that succeeds
    frame->rax = (uint64_t)os_call((long)frame->rax, (long)a[0], (long)a[1], (long)a[2], (long)a[3], (long)a[4], (long)a[5]);
    if (exec) vfork_exec_error = -(int32_t)frame->rax;
    return INTERCEPT_RETURN;
}

// The C library falls back to clone, whose child is easier to follow.
int call_clone3(struct call *c) { return call_returns(c, -38); }

int call_exit(struct call *c) {
    int status = (int)c->args[0] & 0xff;
    if (c->nr == SYS_exit && thread_ends())
        for (;;) OS1(SYS_exit, c->args[0]);
    if (run_mode == RUN_REPLAY) {
        const struct replay_event *e = replay_peek();
        if (e && e->code == SH_EVENT_END && e->result == status) replay_take();
        else {
            c->nr = SH_EVENT_END;
            run_diverge(c, e, "the program ends");
        }
    } else if (run_mode == RUN_RECORD) {
        log_append(SH_EVENT_END, 0, status, 0, NULL);
    }
    control->exit_code = status;
    run_finish(SH_STATUS_ENDED);
    for (;;) OS1(SYS_exit_group, c->args[0]);
}

static bool to_ourselves(const struct call *c) {
    long pid = OS1(SYS_getpid, 0);
    long target = (int)c->args[0];
    if (target == pid) return true;
    return control->mode == SH_MODE_REPLAY && target == run_recorded_pid();
}

// A signal that the program sends itself and that will end it: the failure is here, not in the kernel.
static void die_of(struct call *c, int sig) {
    run_failure(sig, intercept_pc(c->frame), c->frame->rsp, c->frame->rbp, c->frame);
    long pid = OS1(SYS_getpid, 0), tid = OS1(SYS_gettid, 0);
    OS3(SYS_tgkill, pid, tid, sig);
}

// A replay that has gone live: the ids that the program knows are the recorded ones.
static int kill_live(struct call *c) {
    uint64_t args[6];
    os_copy(args, c->args, sizeof args);
    unsigned at = c->nr == SYS_tgkill || c->nr == SYS_rt_tgsigqueueinfo ? 1 : 0;
    const struct thread *to = sched_on ? thread_by_tid((int)args[at]) : NULL;
    if ((long)args[0] == run_recorded_pid()) args[0] = (uint64_t)OS1(SYS_getpid, 0);
    if (to) args[at] = (uint64_t)to->real_tid;
    else if (at && (long)args[at] == run_recorded_pid()) args[at] = args[0];
    return call_returns(c, os_call_interruptible((long)c->nr, args));
}

int call_kill(struct call *c) {
    int sig = (int)c->args[c->nr == SYS_tgkill || c->nr == SYS_rt_tgsigqueueinfo ? 2 : 1];
    if (to_ourselves(c) && signals_fatal(sig)) {
        if (run_mode == RUN_REPLAY) {
            const struct replay_event *e = replay_peek();
            if (!e || e->code != SH_EVENT_FAILURE) run_diverge(c, e, "the program sends itself a fatal signal");
            else replay_take();
        }
        die_of(c, sig);
    }
    if (run_mode == RUN_REPLAY && call_performs() && children_real((int)c->args[0])) OS2(SYS_kill, children_real((int)c->args[0]), sig);
    if (run_mode == RUN_LIVE && control->mode == SH_MODE_REPLAY) return kill_live(c);
    return call_generic(c);
}

int call_sigaction(struct call *c) {
    if (c->args[3] != 8) return call_returns(c, -22);
    return call_returns(c, signals_action((int)c->args[0], (const void *)c->args[1], (void *)c->args[2]));
}

// An event, for it may let a signal through.
int call_sigmask(struct call *c) {
    c->result = signals_mask((int)c->args[0], (const void *)c->args[1], (void *)c->args[2], c->args[3]);
    if (run_mode != RUN_REPLAY) return call_log(c, NULL);
    long result = c->result;
    const struct replay_event *e = call_replay(c);
    if (e) call_replay_done(c, e);
    return call_returns(c, result);
}

int call_sigaltstack(struct call *c) {
    return call_returns(c, signals_alternate_stack((const void *)c->args[0], (void *)c->args[1]));
}

int call_wait(struct call *c) {
    bool by_id = c->nr == SYS_waitid, replayed;
    struct replay_event e;
    int action;
    if (!call_obtain(c, &e, &replayed, &action)) return action;
    if (by_id ? c->result == 0 : c->result > 0) {
        call_add_piece(c, (void *)c->args[by_id ? 2 : 1], by_id ? 128 : 4);
        call_add_piece(c, (void *)c->args[by_id ? 4 : 3], 144);
    }
    if (!replayed) return call_log(c, NULL);
    call_replay_stores(c, &e);
    if (by_id && c->result == 0 && e.blob_size >= 16) children_await(((const int32_t *)e.blob)[3]); // si_pid
    if (!by_id && c->result > 0) children_await(c->result);
    return call_returns(c, c->result);
}

int call_prctl(struct call *c) {
    int option = (int)c->args[0];
    size_t stores = option == PR_GET_NAME ? 16
                  : option == PR_GET_PDEATHSIG || option == PR_GET_TSC || option == PR_GET_CHILD_SUBREAPER ? 4
                  : option == PR_GET_TID_ADDRESS ? 8 : 0;
    if (option == PR_SET_SECCOMP || option == PR_SET_TSC || option == PR_SET_MM) return call_uncontrolled(c);
    if (run_mode != RUN_REPLAY) {
        call_perform(c);
        if (c->result == INTERRUPTED) c->result = -4;
        if (c->result >= 0) call_add_piece(c, (void *)c->args[1], stores);
        return call_log(c, NULL);
    }
    const struct replay_event *e = call_replay(c);
    if (!e) return call_prctl(c);
    struct replay_event copy = *e;
    long logged = c->result;
    call_replay_done(c, e);
    if (run_mode != RUN_REPLAY) return call_prctl(c);
    if (option == PR_SET_NAME || option == PR_SET_DUMPABLE || option == PR_SET_KEEPCAPS) call_perform(c);
    if (copy.blob_size && copy.blob_size == stores) os_copy((void *)c->args[1], copy.blob, stores);
    return call_returns(c, logged);
}
