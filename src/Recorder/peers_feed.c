// Feeds the rest of the recorded input to a program that has gone live, and waits with it.
//
// Where: in the hook, in calls that may wait.
// How:   one piece at a time, in the order of the log, when the piece before has been read and no thread can run.
// Rules: the program waits for us only where the log has nothing more: then the run ends, once nothing has happened
//        for IDLE_NS.
#include "peers_feed.h"

#include "control.h"
#include "fds.h"
#include "live_time.h"
#include "os.h"
#include "patch.h"
#include "polled.h"
#include "run_mode.h"
#include "sched.h"
#include "syscalls.h"

#include <linux/sockios.h>
#include <asm/ioctls.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#define IDLE_NS 500000000ul
#define SLICE_MS 20
#define ARRIVED_MAX 256
#define MS_MAX 1000000000

static unsigned next_item;
static unsigned last_fed; // peer
static struct { uint16_t listening, peer; } arrived[ARRIVED_MAX];
static unsigned arrived_first, arrived_end;
static volatile uint64_t active_since; // the last time that something was fed or sent

static uint64_t now(void) { return os_now_ns() + live_time_passed(); }

void peers_active(void) { active_since = now(); }

unsigned peers_arrived(unsigned listening) {
    for (unsigned i = arrived_first; i < arrived_end; i++) {
        unsigned peer = arrived[i].peer;
        if (arrived[i].listening != listening || !peer) continue;
        arrived[i].peer = 0;
        while (arrived_first < arrived_end && !arrived[arrived_first].peer) arrived_first++;
        if (arrived_first == arrived_end) arrived_first = arrived_end = 0;
        return peer;
    }
    return 0;
}

// What the program's children, or sendfile, have sent.
static void drain(int far) {
    static uint8_t nowhere[4096];
    while (OS4(SYS_recvfrom, far, nowhere, sizeof nowhere, MSG_DONTWAIT) > 0) {}
}

static bool unread(unsigned peer) {
    int bytes = 0;
    if (!peer || peers[peer].far < 0 || !fds_peer_uses(peer)) return false;
    if (peer == peers_terminal()) return peers_terminal_unread();
    return !OS3(SYS_ioctl, peers[peer].far, SIOCOUTQ, &bytes) && bytes > 0;
}

static void knock(const struct item *i) {
    if (arrived_end == ARRIVED_MAX || !i->listening) return;
    control->arrived++;
    arrived[arrived_end].listening = i->listening;
    arrived[arrived_end++].peer = i->peer;
    OS3(SYS_write, peers[i->listening].far, "", 1);
    last_fed = i->listening;
}

// False: there is no room for it now.
static bool feed_bytes(struct peer *p, struct item *i) {
    long sent = i->size;
    drain(p->far);
    if (i->peer == peers_terminal()) sent = peers_terminal_type(i->bytes, i->size);
    else if (!i->size && !p->datagrams) OS2(SYS_shutdown, p->far, SHUT_WR);
    else if (p->datagrams && p->senders_end - p->senders_first == SENDERS_MAX) return false;
    else sent = OS4(SYS_sendto, p->far, i->bytes, i->size, MSG_DONTWAIT | MSG_NOSIGNAL);
    last_fed = i->peer;
    if (sent == -11) return false; // EAGAIN
    if (p->datagrams && sent >= 0) p->senders[p->senders_end++ % SENDERS_MAX] = i;
    if (sent <= 0 || sent >= (long)i->size) return true;
    i->bytes += sent;
    i->size -= (uint32_t)sent;
    return false;
}

// The engine wants to decide something before it comes.
static bool is_held(void) {
    uint64_t held = __atomic_load_n(&control->held_input, __ATOMIC_ACQUIRE);
    return held && next_item < items_count && items[next_item].event + 1 >= held;
}

// One piece, if the one before has been read, or `now`. False: there is none, or it is not time yet.
static bool feed(bool now) {
    static volatile uint8_t busy;
    if (next_item == items_count || is_held()) return false;
    patch_poll(); // what was held comes under the patch that was put in force meanwhile
    if (__atomic_exchange_n(&busy, 1, __ATOMIC_ACQUIRE)) return false;
    bool fed = false;
    while (next_item < items_count && !fed && !is_held() && (now || !unread(last_fed))) {
        struct item *i = &items[next_item];
        struct peer *p = &peers[i->peer];
        bool held = p->far >= 0 && fds_peer_uses(i->peer);
        if (i->kind == ITEM_BYTES && !held) { // the program has closed it, or never had it
            next_item++;
            continue;
        }
        uint32_t before = i->size;
        if (i->kind == ITEM_OPEN) knock(i);
        if (i->kind == ITEM_SIGNAL) OS2(SYS_kill, OS1(SYS_getpid, 0), i->size);
        bool all = i->kind != ITEM_BYTES || feed_bytes(p, i);
        if (all) next_item++;
        else if (i->size == before) break;
        fed = true;
    }
    if (fed) peers_active();
    __atomic_store_n(&busy, 0, __ATOMIC_RELEASE);
    return fed;
}

void peers_feed_more(int fd) {
    unsigned peer = fds_peer(fd);
    bool came = false;
    while (peer && !came && next_item < items_count) {
        came = items[next_item].peer == peer && items[next_item].kind != ITEM_OPEN;
        if (!feed(true)) return;
    }
}

// ---------------------------------------------------------------- waiting
// The call's own time in ms, -1: no limit. Nothing that waits for a descriptor: false.
static bool waits_for_input(const struct call *c, int *ms) {
    int64_t ns = polled_ns(c);
    *ms = ns < 0 ? -1 : ns > MS_MAX * 1000000ll ? MS_MAX : (int)((ns + 999999) / 1000000);
    switch (c->nr) {
    case SYS_read: case SYS_readv: case SYS_recvfrom: case SYS_recvmsg: case SYS_recvmmsg: case SYS_accept: case SYS_accept4: return true;
    case SYS_poll: case SYS_ppoll: case SYS_select: case SYS_pselect6: return true;
    case SYS_epoll_wait: case SYS_epoll_pwait: case SYS_epoll_pwait2: return true;
    default: return false;
    }
}

// 0: it would still wait.
static long probe(const struct call *c, int ms) {
    struct pollfd polled[POLLED_MAX];
    if (polled_by_poll(c)) return OS3(SYS_poll, c->args[0], c->args[1], ms);
    if (polled_by_select(c)) return OS3(SYS_poll, polled, polled_descriptors(c, polled), ms);
    struct pollfd one = {.fd = (int)c->args[0], .events = POLLIN};
    return OS3(SYS_poll, &one, 1, ms);
}

static void end_idle(void) {
    os_format(control->status_text, sizeof control->status_text,
              "the program waits for input, and has read all that was recorded");
    run_finish(SH_STATUS_IDLE);
    for (;;) OS1(SYS_exit_group, 0);
}

bool peers_wait(const struct call *c) {
    int limit, waited = 0;
    if (!peers_live() || !waits_for_input(c, &limit)) return false;
    while (!thread_self()->pending && probe(c, 0) == 0) {
        if (limit >= 0 && waited >= limit) return true;
        if (sched_idle() && feed(false)) continue;
        int slice = limit < 0 || limit - waited > SLICE_MS ? SLICE_MS : limit - waited;
        if ((is_held() || !live_time_passes((uint64_t)slice * 1000000)) && probe(c, slice) != 0) return false;
        waited += slice;
        if (!sched_idle()) continue;
        if (now() - active_since < IDLE_NS) continue;
        if (next_item < items_count) last_fed = 0; // nobody reads it: go on with the next piece
        else end_idle();
    }
    return false;
}

void peers_wait_outside(const struct call *c) {
    if (sched_on) sched_leave();
    peers_wait(c);
    if (sched_on) sched_enter();
}
