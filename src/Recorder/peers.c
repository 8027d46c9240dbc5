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
bool peers_is_peer(int fd) { return fds_peer(fd) != 0; }

// ---------------------------------------------------------------- live
static int give(struct call *c, unsigned peer, int type) {
    int fd = make(peer, type);
    c->result = fd;
    if (fd < 0) return fd;
    fds_set(fd, FD_PEER);
    fds_set_peer(fd, peer);
    return fd;
}

static void tell_address(const struct peer *p, void *to, uint32_t *size) {
    if (!to || !size) return;
    os_copy(to, p->address, p->address_size < *size ? p->address_size : *size);
    *size = p->address_size;
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
        if (sched_on) sched_leave(); // what is to come may be for another thread
        peers_wait(c);
        if (sched_on) sched_enter();
        if (thread_self()->pending) {
            c->result = INTERRUPTED;
            return;
        }
    }
    OS4(SYS_recvfrom, fd, &knock, 1, MSG_DONTWAIT);
    if (give(c, peer, SOCK_STREAM | (c->nr == SYS_accept4 ? (int)c->args[3] : 0)) >= 0)
        tell_address(&peers[peer], (void *)c->args[1], (uint32_t *)c->args[2]);
}

// What a vector holds in all.
static long total(const struct iovec *pieces, size_t count) {
    long sum = 0;
    for (size_t i = 0; i < count; i++) sum += (long)pieces[i].iov_len;
    return sum;
}

static bool take_output(struct call *c) {
    switch (c->nr) {
    case SYS_write: case SYS_sendto: c->result = (long)c->args[2]; break;
    case SYS_writev: c->result = total((const void *)c->args[1], c->args[2]); break;
    case SYS_sendmsg: {
        const struct msghdr *m = (const void *)c->args[1];
        c->result = total(m->msg_iov, m->msg_iovlen);
        break;
    }
    default: return false;
    }
    peers_output();
    return true;
}

bool peers_call(struct call *c) {
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
    case SYS_connect: case SYS_bind: case SYS_setsockopt: case SYS_shutdown: return true;
    case SYS_getsockopt:
        if (c->args[1] == SOL_SOCKET) return false;
        if (c->args[3] && c->args[4]) os_fill((void *)c->args[3], 0, *(const uint32_t *)c->args[4]);
        return true;
    case SYS_getpeername: case SYS_getsockname:
        if (!p->address_size) return false;
        tell_address(p, (void *)c->args[1], (uint32_t *)c->args[2]);
        return true;
    default: return take_output(c);
    }
}
