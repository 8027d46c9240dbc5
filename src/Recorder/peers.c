// Stand-ins for sockets, and the calls on them once a replay is live.
//
// Where: in the hook.
// Rules: the program must not see that there is no network: what it sends is taken as a whole, addresses are the
//        recorded ones, options and names are accepted.
#include "peers.h"

#include "fds.h"
#include "os.h"
#include "peers_feed.h"
#include "sched.h"
#include "syscalls.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>

struct peer *peers; // FDS_PEERS of them, mapped with the first
static unsigned peers_count = 1; // number 0 is none

unsigned peers_new(const void *address, uint32_t size) {
    if (!peers) peers = os_map(FDS_PEERS * sizeof *peers);
    if (!peers || peers_count == FDS_PEERS) return 0;
    struct peer *p = &peers[peers_count];
    *p = (struct peer){.far = -1};
    if (size > sizeof p->address) size = sizeof p->address;
    if (address) os_copy(p->address, address, size);
    p->address_size = address ? size : 0;
    return peers_count++;
}

// A pair for `peer`; the program's end, or a negative errno.
static int make(unsigned peer, int type) {
    int pair[2], kind = type & 0xf;
    if (kind != SOCK_DGRAM && kind != SOCK_SEQPACKET) kind = SOCK_STREAM;
    long failed = OS4(SYS_socketpair, AF_UNIX, kind | SOCK_CLOEXEC, 0, pair);
    if (failed) return (int)failed;
    OS3(SYS_fcntl, pair[1], F_SETFL, O_NONBLOCK);
    if (type & SOCK_NONBLOCK) OS3(SYS_fcntl, pair[0], F_SETFL, O_NONBLOCK);
    if (!(type & SOCK_CLOEXEC)) OS3(SYS_fcntl, pair[0], F_SETFD, 0);
    peers[peer].far = fds_far(pair[1]);
    peers[peer].datagrams = kind == SOCK_DGRAM;
    return pair[0];
}

void peers_place(int fd, int type, bool close_on_exec, const void *address, uint32_t address_size) {
    unsigned peer = peers_new(address, address_size);
    int real = peer ? make(peer, type) : -1;
    fds_place(real, fd, FD_PEER, close_on_exec);
    if (real >= 0) fds_set_peer(fd, peer);
}

void peers_listen(int fd) {
    if (peers_is_peer(fd)) peers[fds_peer(fd)].listens = true;
}
bool peers_listens(int fd) { return peers_is_peer(fd) && peers[fds_peer(fd)].listens; }
bool peers_is_peer(int fd) { return fds_peer(fd) != 0; }

static uint8_t keep_name(uint8_t to[ADDRESS_MAX], const void *address, uint32_t size) {
    if (!address || size > ADDRESS_MAX) return 0;
    os_copy(to, address, size);
    return (uint8_t)size;
}

void peers_named(int fd, bool own, const void *address, uint32_t size) {
    struct peer *p = peers_is_peer(fd) ? &peers[fds_peer(fd)] : NULL;
    if (p && own) p->own_size = keep_name(p->own, address, size);
    else if (p) p->address_size = keep_name(p->address, address, size);
}

void peers_for_child(void) {
    const int room = 1 << 26;
    for (int fd = 0; peers && fd < FDS_NAMED; fd++) {
        int pair[2];
        if (!peers_is_peer(fd) || peers_is_terminal(fd) || OS4(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, pair)) continue;
        bool close_on_exec = OS3(SYS_fcntl, fd, F_GETFD, 0) & FD_CLOEXEC;
        OS3(SYS_fcntl, pair[0], F_SETFL, OS3(SYS_fcntl, fd, F_GETFL, 0));
        os_call(SYS_setsockopt, pair[0], SOL_SOCKET, SO_SNDBUFFORCE, (long)&room, sizeof room, 0);
        OS2(SYS_shutdown, pair[1], SHUT_WR);
        OS3(SYS_dup3, pair[0], fd, close_on_exec ? O_CLOEXEC : 0);
        os_close(pair[0]);
        OS3(SYS_fcntl, fds_far(pair[1]), F_SETFD, 0); // it goes on behind an exec
    }
}

// ---------------------------------------------------------------- live
static int give(struct call *c, unsigned peer, int type) {
    int fd = make(peer, type);
    c->result = fd;
    if (fd < 0) return fd;
    fds_set(fd, FD_PEER);
    fds_set_peer(fd, peer);
    return fd;
}

static void tell(const uint8_t *address, uint32_t address_size, void *to, uint32_t *size, uint32_t room) {
    static const uint16_t unknown[8] = {AF_INET};
    if (!to || !size) return;
    if (!address_size) address = (const void *)unknown, address_size = sizeof unknown;
    os_copy(to, address, address_size < room ? address_size : room);
    *size = address_size;
}

void peers_received(int fd, bool peeks, void *name, uint32_t *size, uint32_t room) {
    struct peer *p = peers_is_peer(fd) ? &peers[fds_peer(fd)] : NULL;
    if (!p || !p->datagrams || p->senders_first == p->senders_end) return;
    const struct item *i = p->senders[p->senders_first % SENDERS_MAX];
    if (!peeks) p->senders_first++;
    tell(i->address ? i->address : p->address, i->address ? i->address_size : p->address_size, name, size, room);
}

static void tell_name(const struct peer *p, bool own, const struct call *c) {
    uint32_t *size = (void *)c->args[2];
    if (size) tell(own ? p->own : p->address, own ? p->own_size : p->address_size, (void *)c->args[1], size, *size);
}

static void accept_next(struct call *c) {
    int fd = (int)c->args[0];
    uint8_t knock;
    unsigned peer = 0;
    while (!(peer = peers_arrived(fds_peer(fd)))) {
        if (fds_nonblocking(fd)) {
            c->result = -11; // EAGAIN
            return;
        }
        peers_wait_outside(c);
        if (thread_self()->pending) {
            c->result = INTERRUPTED;
            return;
        }
    }
    OS4(SYS_recvfrom, fd, &knock, 1, MSG_DONTWAIT);
    if (give(c, peer, SOCK_STREAM | (c->nr == SYS_accept4 ? (int)c->args[3] : 0)) >= 0)
        tell_name(&peers[peer], false, c);
}

// What a vector holds in all.
static long total(const struct iovec *pieces, size_t count) {
    long sum = 0;
    for (size_t i = 0; i < count; i++) sum += (long)pieces[i].iov_len;
    return sum;
}

// Takes all of it.
static bool take_output(struct call *c) {
    struct iovec one = {(void *)c->args[1], c->args[2]};
    const struct iovec *pieces = &one;
    size_t count = 1;
    switch (c->nr) {
    case SYS_write: case SYS_sendto: break;
    case SYS_writev: pieces = (const void *)c->args[1], count = c->args[2]; break;
    case SYS_sendmsg: {
        const struct msghdr *m = (const void *)c->args[1];
        pieces = m->msg_iov, count = m->msg_iovlen;
        break;
    }
    case SYS_sendmmsg: {
        struct mmsghdr *many = (void *)c->args[1];
        for (uint64_t i = 0; i < c->args[2]; i++) many[i].msg_len = (unsigned)total(many[i].msg_hdr.msg_iov, many[i].msg_hdr.msg_iovlen);
        c->result = (long)c->args[2];
        peers_active();
        return true;
    }
    default: return false;
    }
    c->result = total(pieces, count);
    if (peers_is_terminal((int)c->args[0])) peers_terminal_output((int)c->args[0], pieces, (unsigned)count, (size_t)c->result);
    peers_active();
    return true;
}

bool peers_call_live(struct call *c) {
    if (c->nr == SYS_socket) {
        bool network = c->args[0] == AF_INET || c->args[0] == AF_INET6 || c->args[0] == AF_UNIX;
        unsigned peer = network ? peers_next_made() : 0;
        return peer && (give(c, peer, (int)c->args[1]), true);
    }
    if (!peers_is_peer((int)c->args[0])) return false;
    struct peer *p = &peers[fds_peer((int)c->args[0])];
    c->result = 0;
    switch (c->nr) {
    case SYS_accept: case SYS_accept4: accept_next(c); return true;
    case SYS_listen: p->listens = true; return true;
    case SYS_connect: case SYS_bind:
        peers_named((int)c->args[0], c->nr == SYS_bind, (const void *)c->args[1], (uint32_t)c->args[2]);
        c->result = c->nr == SYS_connect ? p->connects : 0;
        p->connects = 0;
        return true;
    case SYS_setsockopt: case SYS_shutdown: return true;
    case SYS_getsockopt:
        if (c->args[1] == SOL_SOCKET) return false;
        if (c->args[3] && c->args[4]) os_fill((void *)c->args[3], 0, *(const uint32_t *)c->args[4]);
        return true;
    case SYS_getpeername: case SYS_getsockname: tell_name(p, c->nr == SYS_getsockname, c); return true;
    default: return take_output(c);
    }
}
