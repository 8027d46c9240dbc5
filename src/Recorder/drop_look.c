// Looks at input that stays where it is.
//
// Where: in the hook, with the baton; without it while more is waited for.
// How:   sockets: MSG_PEEK; pipes: tee into a pipe of ours; standard input from a file: at its position.
#include "drop_look.h"

#include "fds.h"
#include "intercept.h"
#include "os.h"
#include "sched.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#define SCRATCH_SIZE (1 << 20) // as many pieces as the largest pipe of an ordinary user

enum look_kind look_kind(int fd) {
    struct stat info;
    int type = 0, listens = 0;
    uint32_t size = sizeof type;
    if (OS2(SYS_fstat, fd, &info)) return LOOK_NOT;
    if (S_ISFIFO(info.st_mode)) return LOOK_PIPE;
    if (S_ISREG(info.st_mode)) return fds_kind(fd) == FD_INPUT ? LOOK_FILE : LOOK_NOT;
    if (!S_ISSOCK(info.st_mode) || os_call(SYS_getsockopt, fd, SOL_SOCKET, SO_TYPE, (long)&type, (long)&size, 0)) return LOOK_NOT;
    os_call(SYS_getsockopt, fd, SOL_SOCKET, SO_ACCEPTCONN, (long)&listens, (long)&size, 0);
    return listens ? LOOK_NOT : type == SOCK_STREAM ? LOOK_SOCKET : LOOK_DATAGRAMS;
}

static long look_at_pipe(int fd, uint8_t *to) {
    static int scratch[2] = {-1, -1};
    if (scratch[0] < 0) {
        int made[2];
        long failed = OS2(SYS_pipe2, made, O_CLOEXEC | O_NONBLOCK);
        if (failed) return failed;
        for (unsigned i = 0; i < 2; i++) scratch[i] = fds_far(made[i]);
        OS3(SYS_fcntl, scratch[1], F_SETPIPE_SZ, SCRATCH_SIZE);
    }
    long there = OS4(SYS_tee, fd, scratch[1], LOOK_AHEAD, SPLICE_F_NONBLOCK);
    for (long done = 0; done < there;) {
        long n = os_read(scratch[0], to + done, (size_t)(there - done));
        if (n <= 0) return n;
        done += n;
    }
    return there;
}

long look_at(enum look_kind kind, int fd, uint8_t *to) {
    if (kind == LOOK_PIPE) return look_at_pipe(fd, to);
    if (kind == LOOK_FILE) return OS4(SYS_pread64, fd, to, LOOK_AHEAD, OS3(SYS_lseek, fd, 0, SEEK_CUR));
    return os_call(SYS_recvfrom, fd, (long)to, LOOK_AHEAD, MSG_PEEK | MSG_DONTWAIT, 0, 0);
}

void look_take(enum look_kind kind, int fd, uint8_t *bytes, size_t size, const uint8_t *answer, size_t answered) {
    struct sockaddr_storage from;
    uint32_t from_size = sizeof from;
    if (kind == LOOK_FILE) {
        OS3(SYS_lseek, fd, size, SEEK_CUR);
        return;
    }
    bool is_socket = kind != LOOK_PIPE;
    for (size_t done = 0; done < size;) {
        from_size = sizeof from;
        long n = is_socket ? os_call(SYS_recvfrom, fd, (long)(bytes + done), (long)(size - done), MSG_DONTWAIT, (long)&from, (long)&from_size)
                           : os_read(fd, bytes + done, size - done); // they are there
        if (n <= 0) break;
        done += (size_t)n;
    }
    if (!is_socket || !answered) return;
    bool named = kind == LOOK_DATAGRAMS && from_size;
    os_call(SYS_sendto, fd, (long)answer, (long)answered, MSG_DONTWAIT | MSG_NOSIGNAL, named ? (long)&from : 0, named ? from_size : 0);
}

bool look_ended(enum look_kind kind, int fd) {
    struct pollfd end = {.fd = fd, .events = POLLRDHUP};
    if (kind == LOOK_FILE || kind == LOOK_DATAGRAMS) return true;
    return OS3(SYS_poll, &end, 1, 0) == 1 && (end.revents & (POLLRDHUP | POLLHUP | POLLERR));
}

bool look_full(enum look_kind kind, int fd) {
    char path[32];
    if (kind != LOOK_PIPE) return false;
    os_format(path, sizeof path, "/proc/self/fd/%d", (int64_t)fd); // only a writing end says whether there is room
    struct pollfd room = {.fd = os_open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC, 0), .events = POLLOUT};
    if (room.fd < 0) return false;
    bool full = OS3(SYS_poll, &room, 1, 0) == 0;
    os_close(room.fd);
    return full;
}

static int own_time_ms(enum look_kind kind, int fd) {
    int64_t limit[2] = {0, 0}; // struct timeval
    uint32_t size = sizeof limit;
    if (kind == LOOK_PIPE || os_call(SYS_getsockopt, fd, SOL_SOCKET, SO_RCVTIMEO, (long)limit, (long)&size, 0)) return -1;
    return limit[0] || limit[1] ? (int)(limit[0] * 1000 + (limit[1] + 999) / 1000) : -1;
}

long look_wait(enum look_kind kind, int fd, size_t have) {
    struct epoll_event change = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET};
    uint8_t input[LOOK_AHEAD];
    int changes = (int)OS1(SYS_epoll_create1, EPOLL_CLOEXEC);
    if (changes < 0) return changes;
    long result = OS4(SYS_epoll_ctl, changes, EPOLL_CTL_ADD, fd, &change);
    OS4(SYS_epoll_wait, changes, &change, 1, 0); // what is there already is one
    long now = result ? 0 : look_at(kind, fd, input);
    bool more = now > 0 ? (size_t)now > have : now != -11 /* EAGAIN */;
    if (!result && !more && !look_ended(kind, fd)) {
        uint64_t args[6] = {(uint64_t)changes, (uintptr_t)&change, 1, (uint64_t)own_time_ms(kind, fd)};
        if (sched_on) sched_leave();
        result = os_call_interruptible(SYS_epoll_wait, args);
        if (sched_on) sched_enter();
        if (result >= 0) result = result ? 0 : -11;
        if (result == -4) result = 0; // EINTR: by a timer of ours, else the next call says so
    }
    os_close(changes);
    return result;
}
