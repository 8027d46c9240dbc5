// Bytes in and out: read, write and their kin, on files as on peers.
//
// Where: in the hook.
// Rules: input bytes are in the log, so a replay gives the same ones whatever has become of the file; where a
//        replay performs (SH_FLAG_PERFORM), the file's position and contents follow, so that it can go live.
//        Output is not in the log, only in the running check.
#include "children.h"
#include "heap_guard.h"
#include "heap.h"
#include "os.h"
#include "patch.h"
#include "peers.h"
#include "sched.h"
#include "signals.h"
#include "syscalls.h"
#include "tee.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

static bool is_vector(unsigned nr) {
    return nr == SYS_readv || nr == SYS_preadv || nr == SYS_preadv2 || nr == SYS_writev || nr == SYS_pwritev || nr == SYS_pwritev2;
}
static bool has_position(unsigned nr) {
    return nr == SYS_pread64 || nr == SYS_preadv || nr == SYS_preadv2 || nr == SYS_pwrite64 || nr == SYS_pwritev || nr == SYS_pwritev2;
}

// The pieces of memory that the call reads into or writes from.
HOT static unsigned stream_pieces(const struct call *c, struct iovec *one, const struct iovec **pieces) {
    if (is_vector(c->nr)) {
        *pieces = (const void *)c->args[1];
        return (unsigned)c->args[2];
    }
    *one = (struct iovec){(void *)c->args[1], c->args[2]};
    *pieces = one;
    return 1;
}

// Guard mode: the kernel, and our own copying, must find the memory accessible; an overflow is noted.
static void touch(const struct call *c, const struct iovec *pieces, unsigned count, size_t size, bool write) {
    if (!(control->flags & SH_FLAG_GUARD)) return;
    struct heap_caller caller = {intercept_pc(c->frame), c->frame->rsp, c->frame->rbp};
    for (unsigned i = 0; i < count && size; i++) {
        size_t part = pieces[i].iov_len < size ? pieces[i].iov_len : size;
        guard_touch((uintptr_t)pieces[i].iov_base, part, write, &caller);
        size -= part;
    }
}

// A kill between an output and its event must not hide the output from a replay.
static void output_begins(unsigned nr, int fd) {
    control->in_flight_fd = (uint32_t)fd;
    __atomic_store_n(&control->in_flight_call, nr + 1, __ATOMIC_RELEASE);
}

HOT bool call_fast(struct intercept_frame *frame, struct call *c) {
    bool input = frame->rax == SYS_read;
    int fd = (int)frame->args[0];
    enum fd_kind kind = fds_kind(fd);
    if (thread_self()->pending || (control->flags & SH_FLAG_TRACE) || (!input && (kind == FD_OUTPUT || kind == FD_ERROR))) return false;
    thread_self()->inside = 1;
    if (!input) output_begins(SYS_write, fd);
    long result = c->result = os_call_interruptible((long)frame->rax, frame->args);
    c->performed = true;
    if (result <= 0 || result > 0xffff || thread_self()->pending) return false;
    const void *bytes = (const void *)frame->args[1];
    uint32_t check = call_check_word(call_check_word(call_check_word(thread_self()->check, frame->rax), frame->args[0]), frame->args[2]);
    if (!input) check = os_crc(check, bytes, (size_t)result);
    if (!log_append_fast((unsigned)frame->rax, check, result, frame->args[2], fd, input ? bytes : NULL)) return false;
    control->in_flight_call = 0;
    thread_self()->check = check;
    signals_event();
    patch_poll();
    frame->rax = (uint64_t)result;
    thread_self()->inside = 0;
    return true;
}

static void scatter(const struct iovec *pieces, unsigned count, const uint8_t *from, size_t n) {
    for (unsigned i = 0; i < count && n; i++) {
        size_t part = pieces[i].iov_len < n ? pieces[i].iov_len : n;
        os_copy(pieces[i].iov_base, from, part);
        from += part;
        n -= part;
    }
}

// recvfrom: the sender's address.
HOT static void sender_pieces(struct call *c, uint32_t before) {
    uint32_t *length = (void *)c->args[5];
    if (c->nr != SYS_recvfrom || !c->args[4] || !length || c->result < 0) return;
    call_add_piece(c, length, sizeof *length);
    call_add_piece(c, (void *)c->args[4], before < *length ? before : *length);
}

static int input_replay(struct call *c, const struct iovec *pieces, unsigned count, uint32_t sender_length) {
    const struct replay_event *logged = call_replay(c);
    if (!logged) return call_input(c);
    struct replay_event e = *logged;
    call_replay_done(c, logged);
    if (run_mode != RUN_REPLAY) return call_input(c);
    touch(c, pieces, count, e.stream_size, true);
    scatter(pieces, count, e.stream, e.stream_size);
    if (e.blob_size >= 4 && c->nr == SYS_recvfrom && c->args[5]) {
        os_copy((void *)c->args[5], e.blob, 4);
        sender_pieces(c, sender_length);
        call_replay_stores(c, &e);
    }
    if (c->result > 0 && !has_position(c->nr) && fds_follows((int)c->args[0]))
        OS3(SYS_lseek, c->args[0], c->result, SEEK_CUR);
    if (c->result > 0 && fds_kind((int)c->args[0]) == FD_PIPE && call_performs()) children_drain((int)c->args[0], (size_t)c->result);
    c->frame->rax = (uint64_t)c->result;
    return INTERCEPT_RETURN;
}

HOT int call_input(struct call *c) {
    struct iovec one;
    const struct iovec *pieces;
    unsigned count = stream_pieces(c, &one, &pieces);
    uint32_t sender_length = c->nr == SYS_recvfrom && c->args[4] && c->args[5] ? *(const uint32_t *)c->args[5] : 0;
    if (run_mode == RUN_REPLAY) return input_replay(c, pieces, count, sender_length);
    int again = call_perform_until_done(c);
    if (again >= 0) return again;
    if (c->result == -14 && (control->flags & SH_FLAG_GUARD)) { // EFAULT: perhaps only for our guard
        touch(c, pieces, count, SIZE_MAX, true);
        call_perform_until_done(c);
    }
    if (run_mode == RUN_LIVE && c->result >= 0) {
        bool names = c->nr == SYS_recvfrom;
        peers_received((int)c->args[0], names && (c->args[3] & MSG_PEEK), names ? (void *)c->args[4] : NULL, names ? (void *)c->args[5] : NULL, sender_length);
    }
    sender_pieces(c, sender_length);
    struct log_payload p = {.fd = (int)c->args[0], .stream = pieces, .stream_count = count, .stream_size = (size_t)c->result};
    if (c->result > 0 && (c->args[3] & MSG_TRUNC) && c->nr == SYS_recvfrom && p.stream_size > c->args[2]) p.stream_size = c->args[2];
    bool ended = c->result == 0 && (fds_kind(p.fd) == FD_PEER || fds_kind(p.fd) == FD_INPUT); // whose end is for a replay to tell that goes live
    return call_log(c, c->result > 0 || ended ? &p : NULL);
}

HOT static void check_output(struct call *c, const struct iovec *pieces, unsigned count) {
    size_t n = c->result > 0 ? (size_t)c->result : 0;
    for (unsigned i = 0; i < count && n; i++) {
        size_t part = pieces[i].iov_len < n ? pieces[i].iov_len : n;
        call_check_bytes(c, pieces[i].iov_base, part);
        n -= part;
    }
}

// Replay: writes what the recorded run wrote to a file (where allowed) or to the inherited output.
static void replay_output(struct call *c) {
    enum fd_kind kind = fds_kind((int)c->args[0]);
    bool output = kind == FD_OUTPUT || kind == FD_ERROR;
    if (c->result > 0 && kind == FD_PIPE && call_performs()) {
        struct iovec whole;
        const struct iovec *parts;
        unsigned parts_count = stream_pieces(c, &whole, &parts);
        children_write((int)c->args[0], parts, parts_count, (size_t)c->result);
        return;
    }
    if (c->result <= 0 || !(output || fds_follows((int)c->args[0]))) return;
    long logged = c->result;
    struct iovec one;
    const struct iovec *pieces;
    unsigned count = stream_pieces(c, &one, &pieces);
    size_t left = (size_t)logged;
    if (peers_is_terminal((int)c->args[0])) {
        peers_terminal_output((int)c->args[0], pieces, count, left);
        return;
    }
    if (output) tee_output(kind == FD_ERROR, pieces, count, left);
    if (has_position(c->nr)) {
        call_perform(c);
    } else {
        for (unsigned i = 0; i < count && left; i++) { // exactly the bytes that went out then
            size_t part = pieces[i].iov_len < left ? pieces[i].iov_len : left;
            for (size_t done = 0; done < part;) {
                long n = os_write((int)c->args[0], (const uint8_t *)pieces[i].iov_base + done, part - done);
                if (n <= 0) break;
                done += (size_t)n;
            }
            left -= part;
        }
    }
    c->result = logged;
}

// The log of a killed program ends here, but this output had begun: it was most likely seen.
static void replay_last_output(struct call *c) {
    if (replay_peek() || replay_damage || (control->flags & SH_FLAG_GO_LIVE) || !run_was_in_flight(c->nr, (int)c->args[0])) return;
    struct iovec one;
    const struct iovec *pieces;
    unsigned count = stream_pieces(c, &one, &pieces);
    c->result = 0;
    for (unsigned i = 0; i < count; i++) c->result += (long)pieces[i].iov_len;
    replay_output(c);
}

HOT int call_output(struct call *c) {
    struct iovec one;
    const struct iovec *pieces;
    if (run_mode == RUN_REPLAY) {
        replay_last_output(c);
        const struct replay_event *e = call_replay(c);
        if (!e) return call_output(c);
        struct replay_event copy = *e;
        uint32_t check = call_check(c);
        unsigned count = stream_pieces(c, &one, &pieces);
        touch(c, pieces, count, c->result > 0 ? (size_t)c->result : 0, false);
        check_output(c, pieces, count);
        check = c->check;
        if (call_replay_done_checked(c, &copy, check)) {
            replay_output(c);
            c->frame->rax = (uint64_t)c->result;
            return INTERCEPT_RETURN;
        }
        return call_output(c);
    }
    if (peers_call(c)) return call_returns(c, c->result);
    unsigned count = stream_pieces(c, &one, &pieces);
    touch(c, pieces, count, SIZE_MAX, false);
    if (run_mode == RUN_RECORD && !c->performed) output_begins(c->nr, (int)c->args[0]);
    int again = call_perform_until_done(c);
    if (again >= 0) {
        control->in_flight_call = 0;
        return again;
    }
    enum fd_kind kind = fds_kind((int)c->args[0]);
    if (c->result > 0 && (kind == FD_OUTPUT || kind == FD_ERROR)) tee_output(kind == FD_ERROR, pieces, count, (size_t)c->result);
    if (run_mode == RUN_RECORD) {
        call_check(c);
        check_output(c, pieces, count);
        call_log_checked(c, NULL);
        control->in_flight_call = 0;
        return INTERCEPT_RETURN;
    }
    c->frame->rax = (uint64_t)c->result;
    return INTERCEPT_RETURN;
}

// Replay: the position in the inherited output, if that is a file now as it was then. Where the two began at
// different places, the first seek tells by how much.
static void seek_output(const struct call *c, long logged) {
    static struct { bool known; int64_t shift; } outputs[2];
    bool relative = c->args[2] == SEEK_CUR || c->args[2] == SEEK_END;
    long now = OS3(SYS_lseek, c->args[0], 0, SEEK_CUR);
    if (logged < 0 || now < 0 || (!relative && c->args[2] != SEEK_SET)) return;
    unsigned i = fds_kind((int)c->args[0]) == FD_ERROR;
    if (!outputs[i].known && relative) outputs[i].shift = now - (logged - (int64_t)c->args[1]);
    outputs[i].known = true;
    OS3(SYS_lseek, c->args[0], logged + outputs[i].shift, SEEK_SET);
}

HOT int call_lseek(struct call *c) {
    if (run_mode != RUN_REPLAY) return call_generic(c);
    const struct replay_event *e = call_replay(c);
    if (!e) return call_lseek(c);
    long logged = c->result;
    call_replay_done(c, e);
    if (run_mode != RUN_REPLAY) return call_lseek(c);
    if (logged >= 0 && fds_follows((int)c->args[0])) {
        if (c->args[2] == SEEK_SET || c->args[2] == SEEK_CUR || c->args[2] == SEEK_END) OS3(SYS_lseek, c->args[0], logged, SEEK_SET);
        else call_perform(c);
    }
    enum fd_kind kind = fds_kind((int)c->args[0]);
    if (kind == FD_OUTPUT || kind == FD_ERROR) seek_output(c, logged);
    c->frame->rax = (uint64_t)logged;
    return INTERCEPT_RETURN;
}
