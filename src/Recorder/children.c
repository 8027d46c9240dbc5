// Replay: child processes run again, unrecorded, in the sandbox; their pids differ from the recorded ones.
//
// Where: in the hook of a replay with SH_FLAG_PERFORM.
// Rules: what the program itself sees of them comes from the log; the real ones matter only for what they
//        do outside it (their output, their files). So a child that behaves otherwise than it did does not
//        disturb the replay: no wait is longer than PATIENCE_MS.
#include "children.h"

#include "os.h"

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>

#define PATIENCE_MS 2000
#define CHILDREN_MAX 4096

static struct {
    long recorded, real;
} *children; // mapped with the first
static unsigned count;

void children_add(long recorded, long real) {
    if (!children && !(children = os_map(CHILDREN_MAX * sizeof *children))) return;
    children[count % CHILDREN_MAX].recorded = recorded;
    children[count % CHILDREN_MAX].real = real;
    count++;
}

long children_real(long recorded) {
    unsigned known = count < CHILDREN_MAX ? count : CHILDREN_MAX;
    for (unsigned i = known; i-- > 0;)
        if (children[i].recorded == recorded) return children[i].real;
    return 0;
}

void children_await(long recorded) {
    long real = children_real(recorded);
    if (!real) return;
    long fd = OS2(SYS_pidfd_open, real, 0); // readable once the child has ended
    if (fd < 0) return;
    struct pollfd wait = {.fd = (int)fd, .events = POLLIN};
    OS3(SYS_poll, &wait, 1, PATIENCE_MS);
    os_close((int)fd);
    OS4(SYS_wait4, real, 0, 1 /* WNOHANG */, 0);
}

static bool answers(int fd, int events) {
    struct pollfd wait = {.fd = fd, .events = (short)events};
    return OS3(SYS_poll, &wait, 1, PATIENCE_MS) == 1 && (wait.revents & (events | POLLHUP));
}

void children_write(int fd, const struct iovec *pieces, unsigned pieces_count, size_t size) {
    uint64_t pipe_signal = 1ul << (SIGPIPE - 1), before;
    OS4(SYS_rt_sigprocmask, SIG_BLOCK, &pipe_signal, &before, 8);
    for (unsigned i = 0; i < pieces_count && size; i++) {
        const uint8_t *from = pieces[i].iov_base;
        size_t left = pieces[i].iov_len < size ? pieces[i].iov_len : size;
        size -= left;
        while (left && answers(fd, POLLOUT)) {
            long n = os_write(fd, from, left < 4096 ? left : 4096); // poll promises room for PIPE_BUF
            if (n <= 0) break;
            from += n;
            left -= (size_t)n;
        }
        if (left) break; // nobody reads
    }
    struct {
        int64_t seconds, ns;
    } now = {0, 0};
    OS4(SYS_rt_sigtimedwait, &pipe_signal, 0, &now, 8);
    OS4(SYS_rt_sigprocmask, SIG_SETMASK, &before, 0, 8);
}

void children_drain(int fd, size_t size) {
    static uint8_t nowhere[4096];
    while (size && answers(fd, POLLIN)) {
        long n = os_read(fd, nowhere, size < sizeof nowhere ? size : sizeof nowhere);
        if (n <= 0) return;
        size -= (size_t)n;
    }
}
