// Descriptors of files and of the kernel's own things: open, close, duplicate, control.
//
// Where: in the hook.
// Rules: a replay makes a real descriptor with the recorded number for each one that the program got.
#include "drop_mbox.h"
#include "drop_table.h"
#include "os.h"
#include "peers.h"
#include "syscalls.h"
#include "syscalls_status.h"

#include <asm/ioctls.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/sockios.h>
#include <sys/stat.h>
#include <sys/syscall.h>

// Made for real and logged, or made live; the kind of the new descriptor is `kind`.
static int made_for_real(struct call *c, enum fd_kind kind) {
    int action = call_generic(c);
    if (action == INTERCEPT_RETURN && c->result >= 0) fds_set((int)c->result, kind);
    return action;
}

// The same for another name of descriptor arg 0, which is in the log where input may come by it.
static int duplicated(struct call *c) {
    int from = (int)c->args[0];
    bool has_input = fds_kind(from) == FD_PEER || fds_kind(from) == FD_INPUT;
    if (has_input) {
        call_add_piece(c, &from, sizeof from);
        call_add_piece(c, &c->result, sizeof(int)); // as it will be
    }
    int action = made_for_real(c, fds_kind((int)c->args[0]));
    if (action == INTERCEPT_RETURN && c->result >= 0) fds_set_peer((int)c->result, fds_peer((int)c->args[0]));
    return action;
}

static void duplicate_again(const struct call *c, int to, int lowest, bool close_on_exec) {
    fds_place((int)OS3(SYS_fcntl, c->args[0], F_DUPFD, lowest), to, fds_kind((int)c->args[0]), close_on_exec);
    fds_set_peer(to, fds_peer((int)c->args[0]));
}

static void open_arguments(const struct call *c, int *directory, const char **path, uint64_t *flags, uint64_t *mode) {
    bool at = c->nr == SYS_openat || c->nr == SYS_openat2;
    *directory = at ? (int)c->args[0] : AT_FDCWD;
    *path = (const char *)c->args[at];
    *flags = c->args[at + 1];
    *mode = c->args[at + 2];
    if (c->nr == SYS_creat) *flags = O_CREAT | O_WRONLY | O_TRUNC, *mode = c->args[1];
    if (c->nr == SYS_openat2) { // struct open_how: flags, mode, resolve
        const uint64_t *how = (const void *)c->args[2];
        *flags = how[0];
        *mode = how[1];
    }
}

// Of a mailbox, the messages that the patch drops; they are in the log, for a replay leaves them out, too.
static void leave_out(struct call *c, uint64_t flags, struct mbox_range left_out[MBOX_DROPS_MAX]) {
    struct stat whole, copy;
    bool known = !OS2(SYS_fstat, c->result, &whole);
    unsigned count = drop_mbox_opened(c, (int)c->result, flags, left_out);
    if (count && known && !OS2(SYS_fstat, c->result, &copy)) status_tell_as(&copy, &whole);
    call_add_piece(c, left_out, count * sizeof *left_out);
}

// An opened terminal is noted: a replay that goes live has another one.
static int open_for_real(struct call *c) {
    static const char device[] = "/dev/";
    int directory;
    const char *path;
    uint64_t flags, mode;
    uint8_t yes = 1, settings[64];
    if (drops && c->args[c->nr == SYS_openat || c->nr == SYS_openat2]) {
        open_arguments(c, &directory, &path, &flags, &mode);
        c->performed = drop_mbox_protects(directory, path, flags);
        if (c->performed) c->result = -30; // EROFS
    }
    int again = call_perform_until_done(c);
    if (again >= 0) return again;
    struct mbox_range left_out[MBOX_DROPS_MAX];
    if (c->result != -14) { // EFAULT
        open_arguments(c, &directory, &path, &flags, &mode);
        if (drops && c->result >= 0) leave_out(c, flags, left_out);
        bool is_device = !os_compare(path, device, sizeof device - 1);
        if (is_device && run_mode == RUN_LIVE && os_equal(path, "/dev/tty") && c->result < 0) {
            int fd = peers_open_terminal(flags & O_CLOEXEC);
            if (fd >= 0) {
                fds_set(fd, FD_FILE);
                peers_opened_terminal(fd);
                return call_returns(c, fd);
            }
        }
        if (is_device && c->result >= 0 && !OS3(SYS_ioctl, c->result, TCGETS, settings)) call_add_piece(c, &yes, 1);
    }
    if (c->result >= 0) fds_set((int)c->result, FD_FILE);
    return call_log(c, NULL);
}

HOT int call_open(struct call *c) {
    struct replay_event e;
    if (run_mode != RUN_REPLAY) return open_for_real(c);
    if (!call_replayed(c, &e)) return call_open(c);
    if (c->result >= 0) {
        int directory;
        const char *path;
        uint64_t flags, mode;
        enum fd_kind kind;
        open_arguments(c, &directory, &path, &flags, &mode);
        int real = e.blob_size == 1 ? peers_open_terminal(false) : -1; // one byte: it was a terminal
        bool is_terminal = real >= 0;
        if (!is_terminal) real = fds_reopen(directory, path, flags, mode, &kind);
        size_t count = e.blob_size / sizeof(struct mbox_range);
        if (!is_terminal && real >= 0 && count && count <= MBOX_DROPS_MAX) {
            struct mbox_range left_out[MBOX_DROPS_MAX];
            os_copy(left_out, e.blob, count * sizeof *left_out);
            real = drop_mbox_again(real, flags, left_out, count);
            kind = FD_MEMORY;
        }
        fds_place(real, (int)c->result, is_terminal ? FD_PEER : kind, flags & O_CLOEXEC);
        if (is_terminal) peers_opened_terminal((int)c->result);
    }
    return call_returns(c, c->result);
}

int call_close(struct call *c) {
    struct replay_event e;
    if (run_mode != RUN_REPLAY) {
        call_perform(c); // a close is not interrupted
        if (c->result == INTERRUPTED) c->result = OS1(SYS_close, c->args[0]);
        fds_set((int)c->args[0], FD_PEER);
        return call_log(c, NULL);
    }
    if (!call_replayed(c, &e)) return call_close(c);
    OS1(SYS_close, c->args[0]);
    fds_set((int)c->args[0], FD_PEER);
    return call_returns(c, c->result);
}

int call_close_range(struct call *c) {
    struct replay_event e;
    if (run_mode != RUN_REPLAY) return call_generic(c);
    if (!call_replayed(c, &e)) return call_close_range(c);
    call_perform(c);
    return call_returns(c, 0);
}

int call_dup(struct call *c) {
    struct replay_event e;
    if (run_mode != RUN_REPLAY) return duplicated(c);
    if (!call_replayed(c, &e)) return call_dup(c);
    if (c->result >= 0 && c->result != (long)c->args[0]) duplicate_again(c, (int)c->result, 0, c->nr == SYS_dup3 && (c->args[2] & O_CLOEXEC));
    return call_returns(c, c->result);
}

int call_pipe(struct call *c) {
    int *fds = (int *)c->args[0];
    struct replay_event e;
    if (run_mode != RUN_REPLAY) {
        call_perform(c);
        if (c->result == INTERRUPTED) c->result = OS2(SYS_pipe2, fds, c->nr == SYS_pipe2 ? c->args[1] : 0);
        if (!c->result) {
            call_add_piece(c, fds, 8);
            fds_set(fds[0], FD_PIPE);
            fds_set(fds[1], FD_PIPE);
        }
        return call_log(c, NULL);
    }
    if (!call_replayed(c, &e)) return call_pipe(c);
    if (!c->result && e.blob_size == 8) {
        int real[2] = {-1, -1}, want[2];
        uint64_t flags = c->nr == SYS_pipe2 ? c->args[1] : 0;
        os_copy(want, e.blob, 8);
        OS2(SYS_pipe2, real, flags);
        if (real[1] == want[0]) { // out of the way
            long moved = OS3(SYS_fcntl, real[1], F_DUPFD, want[1]);
            os_close(real[1]);
            real[1] = (int)moved;
        }
        fds_place(real[0], want[0], FD_PIPE, flags & O_CLOEXEC);
        fds_place(real[1], want[1], FD_PIPE, flags & O_CLOEXEC);
        os_copy(fds, want, 8);
    }
    return call_returns(c, c->result);
}

int call_fd_made(struct call *c) {
    struct replay_event e;
    if (run_mode != RUN_REPLAY) return made_for_real(c, FD_OWN);
    if (!call_replayed(c, &e)) return call_fd_made(c);
    long logged = c->result;
    if (logged >= 0) {
        bool again = (c->nr == SYS_signalfd || c->nr == SYS_signalfd4) && (int)c->args[0] >= 0; // only changes a mask
        bool pid = c->nr == SYS_pidfd_open;
        if (!again) fds_place(pid ? -1 : (int)call_perform(c), (int)logged, FD_OWN, true);
    }
    return call_returns(c, logged);
}

int call_memfd(struct call *c) {
    struct replay_event e;
    if (run_mode != RUN_REPLAY) return made_for_real(c, FD_MEMORY);
    if (!call_replayed(c, &e)) return call_memfd(c);
    long logged = c->result;
    if (logged >= 0) fds_place((int)call_perform(c), (int)logged, FD_MEMORY, c->args[1] & 1);
    return call_returns(c, logged);
}

int call_fcntl(struct call *c) {
    struct replay_event e;
    int command = (int)c->args[1];
    bool duplicates = command == F_DUPFD || command == F_DUPFD_CLOEXEC;
    bool reads_lock = command == F_GETLK || command == 36 /* F_OFD_GETLK */;
    if (run_mode != RUN_REPLAY) {
        if (duplicates) return duplicated(c);
        int again = call_perform_until_done(c);
        if (again >= 0) return again;
        if (reads_lock && !c->result) call_add_piece(c, (void *)c->args[2], 32);
        if (command == F_SETFL) fds_flags_changed();
        return call_log(c, NULL);
    }
    if (!call_replayed(c, &e)) return call_fcntl(c);
    long logged = c->result;
    if (logged >= 0 && duplicates) duplicate_again(c, (int)logged, (int)c->args[2], command == F_DUPFD_CLOEXEC);
    else if (logged >= 0 && (command == F_SETFD || command == F_SETFL || (command >= 1033 && fds_follows((int)c->args[0])))) call_perform(c);
    if (reads_lock && e.blob_size == 32) os_copy((void *)c->args[2], e.blob, 32);
    return call_returns(c, logged);
}

// How many bytes the request stores at its argument; -1: the request is not modelled.
static int ioctl_stores(uint64_t request) {
    switch (request) {
    case TCGETS: return 36;
    case 0x5405: return 18;                       // TCGETA
    case TIOCGWINSZ: return 8;
    case TIOCGPGRP: case TIOCGSID: case FIONREAD: case TIOCOUTQ: case TIOCGETD: case 0x5415 /* TIOCMGET */: return 4;
    case TCSETS: case TCSETSW: case TCSETSF: case 0x5406: case 0x5407: case 0x5408: case TCSBRK: case TCXONC: case TCFLSH:
    case TIOCSCTTY: case TIOCNOTTY: case TIOCSPGRP: case TIOCSWINSZ: case TIOCSETD: case TCSBRKP: case TIOCEXCL: case TIOCNXCL:
    case FIONBIO: case FIOASYNC: case FIOCLEX: case FIONCLEX: case 0x5412 /* TIOCSTI */: return 0;
    case 0x8901: case 0x8902: return 0;           // FIOSETOWN, SIOCSPGRP
    case 0x8903: case 0x8904: case 0x8905: return 4;
    case SIOCGIFCONF: return 4;                   // and what its pointer shows, see call_ioctl
    case 0x8906: case 0x8907: return 16;          // SIOCGSTAMP
    default: break;
    }
    if (request >= 0x8910 && request < 0x8950) return 40; // struct ifreq
    if (request >> 16 == 0) return -1;
    return _IOC_DIR(request) & _IOC_READ ? (int)_IOC_SIZE(request) : 0;
}

// SIOCGIFCONF: { int length; void *buffer; }, where the length is that of the buffer before and after.
static void interfaces_piece(struct call *c, int32_t length) {
    void *buffer = *(void **)(c->args[2] + 8);
    if ((uint32_t)c->args[1] == SIOCGIFCONF && buffer && length > 0) call_add_piece(c, buffer, (size_t)length);
}

int call_ioctl(struct call *c) {
    int stores = ioctl_stores((uint32_t)c->args[1]);
    struct replay_event e;
    if (stores < 0) return call_uncontrolled(c);
    if (run_mode == RUN_LIVE && peers_terminal_control(c, true)) return call_returns(c, c->result);
    if (run_mode != RUN_REPLAY) {
        call_perform(c);
        if (c->result == INTERRUPTED) c->result = -4;
        if ((uint32_t)c->args[1] == FIONBIO) fds_flags_changed();
        if (c->result >= 0) call_add_piece(c, (void *)c->args[2], (size_t)stores);
        if (c->result >= 0 && stores == 4) interfaces_piece(c, *(const int32_t *)c->args[2]);
        return call_log(c, NULL);
    }
    if (!call_replayed(c, &e)) return call_ioctl(c);
    long logged = c->result;
    bool flags = c->args[1] == FIONBIO || c->args[1] == FIOCLEX || c->args[1] == FIONCLEX;
    if (flags || (stores == 0 && fds_follows((int)c->args[0]))) call_perform(c);
    if (logged >= 0 && stores && e.blob_size >= (size_t)stores) {
        call_add_piece(c, (void *)c->args[2], (size_t)stores);
        if (stores == 4) interfaces_piece(c, *(const int32_t *)e.blob);
        call_replay_stores(c, &e);
    }
    c->result = logged;
    peers_terminal_control(c, false);
    return call_returns(c, logged);
}
