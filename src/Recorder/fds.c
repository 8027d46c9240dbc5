// What is known of each descriptor of the program.
//
// Where: in the hook.
// Rules: in a replay every descriptor of the program is a real one with its recorded number, so that the
//        run can go over to live execution.
#include "fds.h"

#include "control.h"
#include "memory_files.h"
#include "os.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#define FDS_MAX 65536
#define FDS_FAR_END 60000 // peers' far ends are kept out of the program's way from here on

static uint16_t peers[FDS_NAMED], uses[FDS_PEERS]; // of a descriptor; of a peer
static uint8_t kinds[FDS_MAX] = {[0] = FD_INPUT, [1] = FD_OUTPUT, [2] = FD_ERROR};

#define FLAGS_MAX 4096 // those above are asked each time
enum { BLOCKING = 1, NONBLOCKING = 2 };
static uint8_t flags_known[FLAGS_MAX]; // 0: not known

enum fd_kind fds_kind(int fd) { return fd >= 0 && fd < FDS_MAX ? (enum fd_kind)kinds[fd] : FD_PEER; }

unsigned fds_peer(int fd) { return fd >= 0 && fd < FDS_NAMED ? peers[fd] : 0; }
unsigned fds_peer_uses(unsigned peer) { return peer < FDS_PEERS ? uses[peer] : 0; }

void fds_set_peer(int fd, unsigned peer) {
    if (fd < 0 || fd >= FDS_NAMED || peer >= FDS_PEERS || peers[fd] == peer) return;
    if (peers[fd]) uses[peers[fd]]--;
    peers[fd] = (uint16_t)peer;
    if (peer) uses[peer]++;
}

static uint8_t serials[FDS_NAMED]; // mod 256: what has kept a number as long looks at it in between
uint32_t fds_serial(int fd) { return fd >= 0 && fd < FDS_NAMED ? serials[fd] : 0; }

void fds_set(int fd, enum fd_kind kind) {
    if (fd >= 0 && fd < FDS_NAMED) serials[fd]++;
    fds_set_peer(fd, 0);
    if (fd >= 0 && fd < FDS_MAX) kinds[fd] = (uint8_t)kind;
    if (fd >= 0 && fd < FLAGS_MAX) flags_known[fd] = 0;
}

uint32_t fds_standard_kinds(void) {
    return (uint32_t)fds_kind(0) | (uint32_t)fds_kind(1) << 4 | (uint32_t)fds_kind(2) << 8;
}
void fds_set_standard_kinds(uint32_t all) {
    for (int fd = 0; fd <= 2; fd++) fds_set(fd, (enum fd_kind)(all >> 4 * fd & 15));
}

bool fds_nonblocking(int fd) {
    bool cached = fd > 2 && fd < FLAGS_MAX;
    if (cached && flags_known[fd]) return flags_known[fd] == NONBLOCKING;
    bool now = OS3(SYS_fcntl, fd, F_GETFL, 0) & O_NONBLOCK;
    if (cached) flags_known[fd] = now ? NONBLOCKING : BLOCKING;
    return now;
}

void fds_flags_changed(void) { os_fill(flags_known, 0, sizeof flags_known); }

int fds_stand_in(void) {
    int pair[2];
    if (OS4(SYS_socketpair, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair)) return -1;
    OS2(SYS_shutdown, pair[1], SHUT_WR); // whoever reads our end sees the end of the input
    fds_far(pair[1]);
    return pair[0];
}

int fds_far(int fd) {
    long far = OS3(SYS_fcntl, fd, F_DUPFD_CLOEXEC, FDS_FAR_END);
    if (far < 0) far = OS3(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 500);
    os_close(fd);
    return far < 0 ? -1 : (int)far;
}

void fds_place(int real, int fd, enum fd_kind kind, bool close_on_exec) {
    if (real < 0) {
        real = fds_stand_in();
        if (kind == FD_FILE) kind = FD_SUBSTITUTE;
    }
    if (real >= 0 && real != fd) {
        OS3(SYS_dup3, real, fd, close_on_exec ? O_CLOEXEC : 0);
        os_close(real);
    }
    fds_set(fd, kind);
}

bool fds_follows(int fd) {
    enum fd_kind kind = fds_kind(fd);
    return kind == FD_MEMORY || (kind == FD_FILE && (control->flags & SH_FLAG_PERFORM));
}

// A private copy in memory of the regular file `from` (a path descriptor or -1: empty).
static int copy_in_memory(int directory, const char *path, uint64_t flags) {
    int copy = (int)OS2(SYS_memfd_create, "selfheal-copy", 1 /* MFD_CLOEXEC */);
    int from = flags & O_TRUNC ? -1 : (int)OS4(SYS_openat, directory, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
    if (from >= 0) {
        while (OS4(SYS_sendfile, copy, from, 0, 1 << 30) > 0) {}
        os_close(from);
        OS3(SYS_lseek, copy, 0, SEEK_SET);
    }
    return copy;
}

int fds_reopen(int directory, const char *path, uint64_t flags, uint64_t mode, enum fd_kind *kind) {
    struct stat info;
    int look = (int)OS4(SYS_openat, directory, path, O_PATH | O_CLOEXEC | (flags & O_NOFOLLOW), 0);
    bool exists = look >= 0 && !OS2(SYS_fstat, look, &info);
    if (look >= 0) os_close(look);
    *kind = FD_PEER;
    if (exists && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode)) {
        bool terminal = S_ISCHR(info.st_mode) && (info.st_rdev >> 8) != 1; // 1: null, zero, random
        return terminal || !S_ISCHR(info.st_mode) ? -1 : (int)OS4(SYS_openat, directory, path, flags, mode);
    }
    bool writes = (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)), performs = control->flags & SH_FLAG_PERFORM;
    int again = performs ? -1 : memory_files_open(directory, path, flags);
    if (again >= 0 || (writes && !performs && (flags & O_TMPFILE) != O_TMPFILE)) {
        *kind = FD_MEMORY;
        if (again >= 0) return again;
        int copy = copy_in_memory(directory, path, flags);
        if (copy >= 0) memory_files_add(directory, path, copy);
        return copy;
    }
    *kind = FD_FILE;
    int fd = (int)OS4(SYS_openat, directory, path, flags, mode);
    if (fd == -17 /* EEXIST: the recorded run created it, and it is still there */)
        fd = (int)OS4(SYS_openat, directory, path, (flags & ~(uint64_t)O_EXCL) | O_TRUNC, mode);
    return fd;
}
