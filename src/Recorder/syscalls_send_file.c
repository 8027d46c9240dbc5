// sendfile, copy_file_range and splice: bytes from one descriptor to another.
//
// Where: in the hook.
// How:   the kernel would move them out of our sight, so they are read and written instead.
#include "os.h"
#include "sched.h"
#include "syscalls.h"
#include "tee.h"

#include <fcntl.h>
#include <sys/syscall.h>

int call_send_file(struct call *c) {
    uint8_t buffer[65536]; // on the hook's stack: other threads send, too
    bool copy = c->nr != SYS_sendfile;
    int in = (int)c->args[copy ? 0 : 1], out = (int)c->args[copy ? 2 : 0];
    int64_t *in_at = (void *)c->args[copy ? 1 : 2], *out_at = copy ? (void *)c->args[3] : NULL;
    size_t want = c->args[copy ? 4 : 3] < sizeof buffer ? c->args[copy ? 4 : 3] : sizeof buffer;
    struct iovec piece = {buffer, 0};
    if (run_mode == RUN_REPLAY) {
        const struct replay_event *e = call_replay(c);
        if (!e) return call_send_file(c);
        long logged = c->result;
        size_t n = e->stream_size < sizeof buffer ? e->stream_size : sizeof buffer;
        os_copy(buffer, e->stream, n);
        call_replay_done(c, e);
        if (run_mode != RUN_REPLAY) return call_send_file(c);
        enum fd_kind kind = fds_kind(out);
        piece.iov_len = n;
        if (kind == FD_OUTPUT || kind == FD_ERROR) tee_output(kind == FD_ERROR, &piece, 1, n);
        if (kind == FD_OUTPUT || kind == FD_ERROR || fds_follows(out)) {
            if (out_at) OS4(SYS_pwrite64, out, buffer, n, *out_at);
            else os_write(out, buffer, n);
        }
        if (!in_at && fds_follows(in)) OS3(SYS_lseek, in, n, SEEK_CUR);
        c->result = logged;
    } else {
        bool outside = sched_on && run_mode != RUN_REPLAY;
        if (outside) sched_leave();
        long n = in_at ? OS4(SYS_pread64, in, buffer, want, *in_at) : os_read(in, buffer, want);
        if (n > 0) {
            long sent = out_at ? OS4(SYS_pwrite64, out, buffer, n, *out_at) : os_write(out, buffer, (size_t)n);
            if (sent < n && !in_at) OS3(SYS_lseek, in, (sent < 0 ? 0 : sent) - n, SEEK_CUR);
            n = sent;
        }
        if (outside) sched_enter();
        c->result = n;
        piece.iov_len = n > 0 ? (size_t)n : 0;
        enum fd_kind kind = fds_kind(out);
        if (n > 0 && (kind == FD_OUTPUT || kind == FD_ERROR)) tee_output(kind == FD_ERROR, &piece, 1, (size_t)n);
        struct log_payload p = {.fd = in, .stream = &piece, .stream_count = 1, .stream_size = piece.iov_len};
        call_log(c, n > 0 ? &p : NULL);
    }
    if (c->result > 0 && in_at) *in_at += c->result;
    if (c->result > 0 && out_at) *out_at += c->result;
    c->frame->rax = (uint64_t)c->result;
    return INTERCEPT_RETURN;
}
