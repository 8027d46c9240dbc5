// The terminal of a program that was recorded on one, when there is nobody but the log.
//
// Where: in the hook; made in the constructor, before a replay that may go live.
// How:   a pseudo-terminal whose slave the program has as its terminal, and whose master is our far end. Its settings
//        are really made, keys are typed into the master. What the program prints goes where its standard output
//        went before, and not to the slave, where nobody would read it.
// Rules: it is nobody's controlling terminal: what such a one would do (signals of keys, process groups) is in the
//        log, or pretended.
#include "peers_feed.h"

#include "fds.h"
#include "os.h"
#include "syscalls.h"
#include "tee.h"

#include <asm/termbits.h>
#include <asm/ioctls.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>

#define TYPED_MS 100 // the kernel takes what was typed to the reader's side in its own time

struct size { uint16_t rows, columns, unused[2]; }; // struct winsize

static unsigned terminal;
static int slave = -1, originals[3] = {-1, -1, -1}; // what the program had as 1 and 2

unsigned peers_terminal(void) { return terminal; }

uint32_t peers_terminals_now(void) {
    struct size size = {24, 80, {0, 0}};
    struct termios settings;
    uint32_t which = 0;
    for (int fd = 0; fd <= 2; fd++)
        if (!OS3(SYS_ioctl, fd, TCGETS, &settings)) which |= 1u << fd;
    if (which & 1 && (OS3(SYS_ioctl, 0, TIOCGWINSZ, &size) || !size.rows || !size.columns)) size = (struct size){24, 80, {0, 0}};
    return which & 1 ? which | (size.rows & 0xfffu) << 8 | (uint32_t)(size.columns & 0xfff) << 20 : which;
}

void peers_place_terminal(uint32_t terminals) {
    struct size size = {(uint16_t)(terminals >> 8 & 0xfff), (uint16_t)(terminals >> 20), {0, 0}};
    int unlocked = 0, master = terminals & 1 ? os_open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC, 0) : -1;
    if (master < 0) return;
    long end = OS3(SYS_ioctl, master, TIOCSPTLCK, &unlocked) ? -1 : OS3(SYS_ioctl, master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    terminal = end < 0 ? 0 : peers_new(NULL, 0);
    if (!terminal) {
        os_close(master);
        if (end >= 0) os_close((int)end);
        return;
    }
    OS3(SYS_ioctl, master, TIOCSWINSZ, &size);
    slave = fds_far((int)end);
    peers[terminal].far = fds_far(master);
    for (int fd = 0; fd <= 2; fd++) {
        if (!(terminals >> fd & 1)) continue;
        int original = fd ? (int)OS3(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 10) : -1;
        if (original >= 0) originals[fd] = fds_far(original);
        OS3(SYS_dup3, slave, fd, 0);
        fds_set_peer(fd, terminal);
    }
}

bool peers_is_terminal(int fd) { return terminal && fds_peer(fd) == terminal; }

int peers_open_terminal(bool close_on_exec) {
    return terminal ? (int)OS3(SYS_fcntl, slave, close_on_exec ? F_DUPFD_CLOEXEC : F_DUPFD, 0) : -1;
}
void peers_opened_terminal(int fd) { fds_set_peer(fd, terminal); }

void peers_terminal_output(int fd, const struct iovec *pieces, unsigned count, size_t size) {
    enum fd_kind kind = fds_kind(fd);
    bool known = kind == FD_OUTPUT || kind == FD_ERROR;
    int original = known ? originals[kind == FD_ERROR ? 2 : 1] : -1;
    if (known) tee_output(kind == FD_ERROR, pieces, count, size);
    for (unsigned i = 0; i < count && size && original >= 0; i++) {
        size_t n = pieces[i].iov_len < size ? pieces[i].iov_len : size;
        os_write(original, pieces[i].iov_base, n);
        size -= n;
    }
}

bool peers_terminal_unread(void) {
    int bytes = 0;
    return !OS3(SYS_ioctl, slave, FIONREAD, &bytes) && bytes > 0;
}

long peers_terminal_type(const uint8_t *bytes, uint32_t size) {
    static uint8_t nowhere[4096];
    struct termios now;
    struct pollfd readable = {.fd = slave, .events = POLLIN};
    int master = peers[terminal].far;
    while (OS3(SYS_read, master, nowhere, sizeof nowhere) > 0) {} // echo, and what children print
    if (!size) {
        if (OS3(SYS_ioctl, slave, TCGETS, &now) || !(now.c_lflag & ICANON)) return 0;
        bytes = &now.c_cc[VEOF];
        size = 1;
    }
    long typed = OS3(SYS_write, master, bytes, size);
    if (typed > 0) OS3(SYS_poll, &readable, 1, TYPED_MS);
    return typed;
}

bool peers_terminal_control(struct call *c, bool live) {
    uint32_t request = (uint32_t)c->args[1];
    if (!peers_is_terminal((int)c->args[0])) return false;
    switch (request) {
    case TIOCGWINSZ: // a recorded change is one of ours, too
        if (!live && !c->result) OS3(SYS_ioctl, peers[terminal].far, TIOCSWINSZ, c->args[2]);
        return false;
    case TCSETS: case TCSETSW: case TCSETSF: case TCSETA: case TCSETAW: case TCSETAF: case TIOCSWINSZ:
        if (!live) OS3(SYS_ioctl, c->args[0], request, c->args[2]);
        return false;
    case TIOCGPGRP: case TIOCGSID:
        if (live) *(int32_t *)c->args[2] = (int32_t)OS1(request == TIOCGPGRP ? SYS_getpgrp : SYS_getsid, 0);
        c->result = live ? 0 : c->result;
        return live;
    case TIOCSPGRP: case TIOCSCTTY: case TIOCNOTTY:
        if (live) c->result = 0;
        return live;
    default: return false;
    }
}
