// The life of a modelled system call: perform, check, log; or check, inject, perform what makes state.
//
// Where: in the hook, on its own stack.
// Rules: the program's memory is read only after the kernel has accepted it (or, in a replay, where the log
//        says that it did).
#include "syscalls.h"

#include "call_blocks.h"
#include "drop.h"
#include "drop_ready.h"
#include "heap.h"
#include "live_time.h"
#include "memory_files.h"
#include "os.h"
#include "peers.h"
#include "polled.h"
#include "sched.h"
#include "signals.h"

#include <sys/socket.h>
#include <sys/syscall.h>

// Reads at most c->limit bytes, by the call with a shorter buffer.
static long perform_limited(struct call *c) {
    enum { VECTOR_MAX = 64 };
    struct iovec pieces[VECTOR_MAX];
    struct msghdr message;
    uint64_t args[6], left = c->limit, *count = &args[2];
    os_copy(args, c->args, sizeof args);
    bool is_message = c->nr == SYS_recvmsg;
    if (c->nr == SYS_readv || is_message) {
        if (is_message) os_copy(&message, (const void *)args[1], sizeof message);
        const struct iovec *from = is_message ? message.msg_iov : (const void *)args[1];
        uint64_t wanted = is_message ? message.msg_iovlen : args[2], used = 0;
        for (; used < wanted && used < VECTOR_MAX && left; used++) {
            pieces[used] = from[used];
            if (pieces[used].iov_len > left) pieces[used].iov_len = left;
            left -= pieces[used].iov_len;
        }
        message.msg_iov = pieces;
        message.msg_iovlen = used;
        args[1] = is_message ? (uintptr_t)&message : (uintptr_t)pieces;
        if (!is_message) args[2] = used;
    } else if (*count > left) {
        *count = left;
    }
    c->result = os_call_interruptible((long)c->nr, args);
    if (is_message && c->result >= 0) {
        struct msghdr *theirs = (struct msghdr *)c->args[1];
        theirs->msg_namelen = message.msg_namelen;
        theirs->msg_controllen = message.msg_controllen;
        theirs->msg_flags = message.msg_flags;
    }
    drop_behind(c);
    return c->result;
}

HOT static long perform_once(struct call *c) {
    if (drops && run_mode != RUN_REPLAY && !drop_before(c)) return c->result;
    if (run_mode == RUN_LIVE) live_time_watch(c->nr);
    bool outside = sched_on && run_mode != RUN_REPLAY && call_may_block(c);
    if (c->limit) return perform_limited(c); // it is there
    if (outside && !thread_self()->pending && call_without_waiting(c)) return c->result;
    if (outside) sched_leave();
    bool over = run_mode == RUN_LIVE && peers_live() && (outside || call_may_block(c)) && peers_wait(c);
    struct thread *t = thread_self();
    do {
        t->ticked = 0;
        c->result = over ? polled_at_once(c) : os_call_interruptible((long)c->nr, c->args);
    } while (c->result == -4 && t->ticked && !t->pending); // it was a timer of ours
    if (outside) sched_enter();
    return c->result;
}

HOT long call_perform(struct call *c) {
    if (c->performed) {
        c->performed = false;
        return c->result;
    }
    return drops && run_mode != RUN_REPLAY && drop_ready_asks(c->nr) ? drop_ready_perform(c, perform_once) : perform_once(c);
}

void call_check_bytes(struct call *c, const void *bytes, size_t n) { c->check = os_crc(c->check, bytes, n); }

HOT uint32_t call_check(struct call *c) {
    const struct call_model *m = c->model;
    uint32_t check = call_check_word(thread_self()->check, c->nr);
    for (unsigned i = 0, bits = m->scalars; bits; i++, bits >>= 1)
        if (bits & 1) check = call_check_word(check, c->args[i]);
    c->check = check;
    bool readable = c->result != -14; // EFAULT
    for (unsigned i = 0, bits = m->strings; bits && readable; i++, bits >>= 1)
        if ((bits & 1) && c->args[i]) call_check_bytes(c, (const char *)c->args[i], os_length((const char *)c->args[i]));
    if (m->in && readable && c->args[m->in] && c->result >= 0)
        call_check_bytes(c, (const void *)c->args[m->in], m->in_length ? c->args[m->in_length] * m->in_size : m->in_size);
    return c->check;
}

void call_add_piece(struct call *c, void *at, size_t n) {
    if (!at || !n || c->piece_count == CALL_PIECES) return;
    c->pieces[c->piece_count++] = (struct iovec){at, n};
    c->piece_size += n;
}

HOT void call_collect_stores(struct call *c) {
    const struct call_model *m = c->model;
    if (c->result < 0 && !(c->result == -4 && (m->flags & CALL_STORES_ON_EINTR))) return;
    for (unsigned i = 0; i < 3 && m->stores[i].unit; i++) {
        const struct call_store *s = &m->stores[i];
        void *at = (void *)c->args[s->arg];
        size_t n = s->size;
        if (s->unit == STORE_BY_ARG) n *= c->args[s->by];
        if (s->unit == STORE_BY_RESULT) n *= (size_t)c->result;
        if (s->unit == STORE_BY_BITS) n = c->args[s->by] ? (c->args[s->by] - 1 + 63) / 64 * 8 : 0;
        if (s->unit == STORE_BY_LENGTH) {
            uint32_t *length = (void *)c->args[s->by];
            if (!at || !length) continue;
            // in a replay the length is not there yet: it comes first
            call_add_piece(c, length, sizeof *length);
            n = c->lengths[i] < *length ? c->lengths[i] : *length;
        }
        call_add_piece(c, at, n);
    }
}

static void remember_lengths(struct call *c) {
    for (unsigned i = 0; i < 3; i++) {
        const struct call_store *s = &c->model->stores[i];
        if (s->unit == STORE_BY_LENGTH && c->args[s->by] && c->args[s->arg]) c->lengths[i] = *(const uint32_t *)c->args[s->by];
    }
}

HOT int call_log(struct call *c, const struct log_payload *stream) {
    if (run_mode == RUN_RECORD) call_check(c);
    return call_log_checked(c, stream);
}

// The count that a result may be told by. Not of calls that make a descriptor: the log is read without arguments, too,
// and socket(2) may well return what its third one is.
static uint64_t asked_bytes(const struct call *c) {
    switch (c->nr) {
    case SYS_read: case SYS_write: case SYS_pread64: case SYS_pwrite64: case SYS_recvfrom: case SYS_sendto: return c->args[2];
    default: return 0;
    }
}

HOT int call_log_checked(struct call *c, const struct log_payload *stream) {
    if (run_mode == RUN_RECORD) {
        thread_self()->check = c->check;
        struct log_payload p = stream ? *stream : (struct log_payload){.fd = -1};
        p.blob = c->pieces;
        p.blob_count = c->piece_count;
        p.blob_size = c->piece_size;
        log_append(c->nr, thread_self()->check, c->result, asked_bytes(c), p.fd >= 0 || p.blob_size ? &p : NULL);
    }
    c->frame->rax = (uint64_t)c->result;
    return INTERCEPT_RETURN;
}

HOT int call_restart(struct call *c) {
    if (c->result != INTERRUPTED && c->result != -4) return -1;
    if (!thread_self()->pending) {
        if (c->result == INTERRUPTED) return -2; // the signal went to another delivery: simply again
        return -1;
    }
    if ((c->model->flags & CALL_RESTARTS) && !signals_interrupt()) {
        signals_take(SIGNALS_BEFORE_EVENT);
        return INTERCEPT_SIGNALS;
    }
    c->result = -4; // EINTR
    return -1;
}

bool call_replayed(struct call *c, struct replay_event *copy) {
    const struct replay_event *e = call_replay(c);
    if (!e) return false;
    *copy = *e;
    call_replay_done(c, e);
    return run_mode == RUN_REPLAY;
}

int call_returns(struct call *c, long result) {
    c->frame->rax = (uint64_t)result;
    return INTERCEPT_RETURN;
}

HOT int call_perform_until_done(struct call *c) {
    int again;
    do {
        call_perform(c);
        again = call_restart(c);
    } while (again == -2);
    return again;
}

bool call_obtain(struct call *c, struct replay_event *e, bool *replayed, int *action) {
    *replayed = run_mode == RUN_REPLAY && call_replayed(c, e);
    *action = *replayed ? -1 : call_perform_until_done(c);
    return *action < 0;
}

bool call_performs(void) { return run_mode != RUN_REPLAY || (control->flags & SH_FLAG_PERFORM); }

bool call_replay_done_checked(struct call *c, const struct replay_event *e, uint32_t check) {
    if ((uint16_t)check != e->check) {
        run_diverge(c, e, "other arguments or other output");
        return false;
    }
    thread_self()->check = check;
    replay_take();
    signals_event();
    return true;
}

void call_replay_done(struct call *c, const struct replay_event *e) {
    call_replay_done_checked(c, e, call_check(c));
}

const struct replay_event *call_replay(struct call *c) {
    const struct replay_event *e = replay_peek();
    if (!e || e->code != c->nr) {
        run_diverge(c, e, e ? "another call" : replay_damage ? replay_damage : "the log ends here");
        return NULL;
    }
    c->result = replay_result(e, c->args[2]);
    return e;
}

void call_replay_stores(struct call *c, const struct replay_event *e) {
    const uint8_t *from = e->blob;
    size_t left = e->blob_size;
    const struct call_model *m = c->model;
    for (unsigned i = 0; i < 3; i++) { // lengths first: the pieces depend on them
        const struct call_store *s = &m->stores[i];
        if (s->unit == STORE_BY_LENGTH && c->args[s->by] && c->args[s->arg] && c->result >= 0 && left >= 4)
            os_copy((void *)c->args[s->by], from, 4);
    }
    if (!c->piece_count) call_collect_stores(c);
    for (unsigned i = 0; i < c->piece_count && left; i++) {
        size_t n = c->pieces[i].iov_len < left ? c->pieces[i].iov_len : left;
        os_copy(c->pieces[i].iov_base, from, n);
        from += n;
        left -= n;
    }
}

static int generic_replay(struct call *c) {
    struct replay_event e;
    if (!call_replayed(c, &e)) return call_generic(c);
    long logged = c->result;
    bool own = c->model->flags & CALL_OWN_STATE, on_fd = c->model->flags & CALL_ON_FD;
    bool again = own || (on_fd ? fds_follows((int)c->args[0]) : call_performs());
    if (c->model->class == CALL_STATE && logged >= 0 && again) call_perform(c);
    else if (c->model->class == CALL_STATE && logged >= 0) memory_files_named(c->nr, c->args);
    c->result = logged;
    call_replay_stores(c, &e);
    return call_returns(c, logged);
}

HOT int call_generic(struct call *c) {
    if (c->model->class == CALL_REPEAT) {
        c->frame->rax = (uint64_t)os_call((long)c->nr, (long)c->args[0], (long)c->args[1], (long)c->args[2], (long)c->args[3],
                                          (long)c->args[4], (long)c->args[5]);
        return INTERCEPT_RETURN;
    }
    if (c->model->class == CALL_REFUSE) {
        c->frame->rax = (uint64_t)-38l; // ENOSYS
        return INTERCEPT_RETURN;
    }
    remember_lengths(c);
    if (run_mode == RUN_REPLAY) return generic_replay(c);
    if (peers_call(c)) return call_returns(c, c->result);
    int again = call_perform_until_done(c);
    if (again >= 0) return again;
    call_collect_stores(c);
    return call_log(c, NULL);
}

int call_uncontrolled(struct call *c) {
    if (run_mode == RUN_REPLAY) {
        const struct replay_event *e = call_replay(c);
        if (e) {
            long logged = c->result;
            call_replay_done(c, e);
            if (run_mode == RUN_REPLAY) {
                call_perform(c); // the best that can be done; the marker before it already says so
                c->frame->rax = (uint64_t)logged;
                return INTERCEPT_RETURN;
            }
        }
    }
    if (run_mode == RUN_RECORD) run_uncontrolled(c->nr, "a system call that is not modelled");
    call_perform(c);
    if (c->result == INTERRUPTED) c->result = -4;
    return call_log(c, NULL);
}
