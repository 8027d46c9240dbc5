// Which system calls a thread makes without the baton.
//
// Where: in the hook, before a call is made for real; only while threads run.
// Rules: a call that waits for a peer, for another process or for time never holds the others up. A call on a
//        regular file does not wait (COMPSAC 2008, section 2: synchronous events). A call that need not wait now
//        keeps the baton, as on a uniprocessor.
#include "call_blocks.h"

#include "sched.h"
#include "sched_policy.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define PIPE_ROOM 4096 // as much can be written where poll says that something can

// What others write to it may yet come.
HOT static bool is_stream(int fd) {
    enum fd_kind kind = fds_kind(fd);
    return kind != FD_FILE && kind != FD_MEMORY;
}

HOT bool call_fd_waits(int fd) { return is_stream(fd) && !fds_nonblocking(fd); }

// Where nobody is kept waiting, and no hold would end, it is not worth the question.
HOT static bool open_may_wait(int directory, const char *path, uint64_t flags) {
    struct stat info;
    if ((flags & O_NONBLOCK) || (flags & O_ACCMODE) == O_RDWR || (flags & (O_EXCL | O_DIRECTORY | O_PATH))) return false;
    if (!policy_queue && !thread_self()->hold_left) return true;
    return !OS4(SYS_newfstatat, directory, path, &info, 0) && S_ISFIFO(info.st_mode);
}

HOT bool call_asks_for_input(uint64_t nr, int fd) {
    return (nr == SYS_recvfrom || nr == SYS_recvmsg || nr == SYS_read || nr == SYS_readv) && is_stream(fd);
}

static bool has_room(int fd) {
    struct pollfd wait = {.fd = fd, .events = POLLOUT};
    return OS3(SYS_poll, &wait, 1, 0) == 1;
}

// The same call, but it does not wait; -11 (EAGAIN) or an error that says "not so": it has to.
static long without_waiting(const struct call *c) {
    const uint64_t *a = c->args;
    struct iovec one = {(void *)a[1], a[2]};
    switch (c->nr) {
    case SYS_read: return os_call(SYS_preadv2, (long)a[0], (long)&one, 1, -1, -1, RWF_NOWAIT);
    case SYS_readv: return os_call(SYS_preadv2, (long)a[0], (long)a[1], (long)a[2], -1, -1, RWF_NOWAIT);
    case SYS_recvfrom: return os_call(SYS_recvfrom, (long)a[0], (long)a[1], (long)a[2], (long)a[3] | MSG_DONTWAIT, (long)a[4], (long)a[5]);
    case SYS_recvmsg: return OS3(SYS_recvmsg, a[0], a[1], a[2] | MSG_DONTWAIT);
    case SYS_poll: return OS3(SYS_poll, a[0], a[1], 0) ?: -11;
    case SYS_epoll_wait: return OS4(SYS_epoll_wait, a[0], a[1], a[2], 0) ?: -11;
    default: return -11;
    }
}

// What a socket has no room for goes out as the blocking call would send it. False: none of it.
static bool send_without_waiting(struct call *c) {
    uint64_t now[6], rest[6];
    os_copy(now, c->args, sizeof now);
    os_copy(rest, c->args, sizeof rest);
    now[3] |= MSG_DONTWAIT;
    c->result = os_call_interruptible(SYS_sendto, now);
    if (c->result > 0 && (uint64_t)c->result < now[2]) {
        rest[1] += (uint64_t)c->result;
        rest[2] -= (uint64_t)c->result;
        sched_leave();
        long more = os_call_interruptible(SYS_sendto, rest);
        sched_enter();
        if (more > 0) c->result += more;
    }
    return c->result != -11; // EAGAIN
}

HOT bool call_without_waiting(struct call *c) {
    if (c->nr == SYS_sendto) return send_without_waiting(c);
    bool small_output = c->nr == SYS_write && c->args[2] <= PIPE_ROOM;
    if (small_output && has_room((int)c->args[0])) {
        c->result = os_call_interruptible((long)c->nr, c->args);
        return true;
    }
    if (!policy_queue) return false; // nobody to be kept waiting
    long result = without_waiting(c);
    bool has_to = result == -11 || result == -95 /* EOPNOTSUPP */ || result == -22 || result == -38;
    if (!has_to) c->result = result;
    return !has_to;
}

HOT bool call_may_block(const struct call *c) {
    const uint64_t *a = c->args;
    switch (c->nr) {
    case SYS_read: case SYS_readv: case SYS_write: case SYS_writev: case SYS_accept: case SYS_accept4: case SYS_connect:
        return call_fd_waits((int)a[0]);
    case SYS_recvfrom: case SYS_sendto: case SYS_recvmmsg: case SYS_sendmmsg: return !(a[3] & MSG_DONTWAIT) && call_fd_waits((int)a[0]);
    case SYS_recvmsg: case SYS_sendmsg: return !(a[2] & MSG_DONTWAIT) && call_fd_waits((int)a[0]);
    case SYS_sendfile: case SYS_splice: return true;
    case SYS_poll: case SYS_epoll_wait: case SYS_epoll_pwait: return (int)a[c->nr == SYS_poll ? 2 : 3] != 0;
    case SYS_ppoll: return !a[2] || ((const int64_t *)a[2])[0] || ((const int64_t *)a[2])[1];
    case SYS_select: case SYS_pselect6: return !a[4] || ((const int64_t *)a[4])[0] || ((const int64_t *)a[4])[1];
    case SYS_epoll_pwait2: return true;
    case SYS_nanosleep: case SYS_clock_nanosleep: case SYS_pause: case SYS_rt_sigsuspend: case SYS_rt_sigtimedwait: return true;
    case SYS_wait4: return !(a[2] & WNOHANG);
    case SYS_waitid: return !(a[3] & WNOHANG);
    case SYS_flock: return !(a[1] & 4 /* LOCK_NB */);
    case SYS_fcntl: return a[1] == F_SETLKW || a[1] == F_OFD_SETLKW;
    case SYS_fsync: case SYS_fdatasync: case SYS_sync: case SYS_syncfs: return !thread_self()->hold_left; // it waits for nobody
    case SYS_semop: case SYS_semtimedop: case SYS_msgsnd: case SYS_msgrcv: case SYS_futex: return true;
    case SYS_open: return open_may_wait(AT_FDCWD, (const char *)a[0], a[1]);
    case SYS_openat: return open_may_wait((int)a[0], (const char *)a[1], a[2]);
    default: return false;
    }
}
