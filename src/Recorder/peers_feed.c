// The rest of the recorded input, in a replay that has gone live.
//
// Where: in the hook: as the log is read to its end, and in calls that may wait.
// How:   one piece at a time, in the order of the log, when the piece before has been read and no thread can run.
// Rules: the program waits for us only where the log has nothing more: then the run ends, once nothing has happened
//        for IDLE_NS. What the recorded run did to a descriptor number that it made by dup is not followed.
#include "peers_feed.h"

#include "control.h"
#include "fds.h"
#include "os.h"
#include "run_mode.h"
#include "sched.h"
#include "syscalls.h"

#include <asm/ioctls.h>
#include <linux/sockios.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>

#define IDLE_NS 500000000ul
#define SLICE_MS 20
#define ARRIVED_MAX 256

enum item_kind { ITEM_OPEN, ITEM_BYTES, ITEM_END, ITEM_SIGNAL };
struct item {
    uint8_t kind;
    uint16_t peer, listening;
    uint32_t size; // bytes, or the signal's number
    const uint8_t *bytes;
};
static struct item *items;
static unsigned items_count, items_room, next_item;
static unsigned last_fed; // peer
static uint16_t *names; // of the log's descriptors, as its reading goes on
#define NAMES 65536
static uint16_t made[FDS_PEERS];
static unsigned made_count, made_next;
static struct { uint16_t listening, peer; } arrived[ARRIVED_MAX];
static unsigned arrived_first, arrived_end;
static volatile uint64_t active_since; // the last time that something was fed or sent
static bool live;
static uint8_t *arena;
static size_t arena_left;

bool peers_live(void) { return live; }

// ---------------------------------------------------------------- the rest of the log
static void add(struct item item) {
    if (items_count == items_room) {
        unsigned room = items_room ? items_room * 2 : 4096;
        struct item *more = os_map(room * sizeof *more);
        if (!more) return;
        if (items) {
            os_copy(more, items, items_count * sizeof *items);
            os_unmap(items, items_room * sizeof *items);
        }
        items = more;
        items_room = room;
    }
    items[items_count++] = item;
}

static const uint8_t *keep(const uint8_t *bytes, size_t size) {
    if (size > arena_left) {
        size_t room = size > 1 << 20 ? size : 1 << 20;
        arena = os_map(room);
        arena_left = arena ? room : 0;
        if (!arena) return NULL;
    }
    os_copy(arena, bytes, size);
    arena += size;
    arena_left -= size;
    return arena - size;
}

static bool makes_descriptor(unsigned code) {
    switch (code) {
    case SYS_open: case SYS_openat: case SYS_openat2: case SYS_creat: case SYS_dup: case SYS_dup2: case SYS_dup3: case SYS_memfd_create:
    case SYS_epoll_create: case SYS_epoll_create1: case SYS_eventfd: case SYS_eventfd2: case SYS_timerfd_create: case SYS_signalfd: case SYS_signalfd4:
    case SYS_inotify_init: case SYS_inotify_init1: case SYS_pidfd_open: return true;
    default: return false;
    }
}

// Which listening socket a logged accept was at: its descriptor ends the event's payload.
static unsigned listening_of(const struct replay_event *e) {
    int fd = -1;
    if (e->blob_size >= sizeof fd) os_copy(&fd, e->blob + e->blob_size - sizeof fd, sizeof fd);
    unsigned peer = fd >= 0 && fd < NAMES ? names[fd] : 0;
    for (unsigned i = 1; peers && !peer && i < FDS_PEERS; i++)
        if (peers[i].listens) peer = i;
    return peer;
}

void peers_rest_begin(void) {
    names = os_map(NAMES * sizeof *names);
    for (int fd = 0; names && fd < NAMES; fd++) names[fd] = (uint16_t)fds_peer(fd);
}

static void rest_of_signal(const struct replay_event *e) {
    struct sh_signal s;
    siginfo_t info;
    if (e->blob_size != sizeof s) return;
    os_copy(&s, e->blob, sizeof s);
    os_copy(&info, s.info, sizeof info);
    bool outside = (info.si_code == SI_USER || info.si_code == SI_QUEUE) && info.si_pid != run_recorded_pid();
    if (outside) add((struct item){.kind = ITEM_SIGNAL, .size = s.signo});
}

void peers_rest(const struct replay_event *e) {
    if (!names) return;
    unsigned fd = (unsigned)e->result;
    if (e->code == SH_EVENT_SIGNAL) {
        rest_of_signal(e);
    } else if ((e->code == SYS_accept || e->code == SYS_accept4) && e->result >= 0 && fd < NAMES) {
        unsigned listening = listening_of(e); // before the new one takes its number
        uint32_t size = e->blob_size >= 8 ? (uint32_t)e->blob_size - 8 : 0;
        names[fd] = (uint16_t)peers_new(size ? e->blob + 4 : NULL, size);
        if (names[fd]) add((struct item){.kind = ITEM_OPEN, .peer = names[fd], .listening = (uint16_t)listening});
    } else if (e->code == SYS_socket && e->result >= 0 && fd < NAMES) {
        names[fd] = (uint16_t)peers_new(NULL, 0);
        if (names[fd]) made[made_count++] = names[fd];
    } else if (makes_descriptor(e->code) && e->result >= 0 && fd < NAMES) {
        names[fd] = 0;
    } else if (e->fd >= 0 && e->fd < NAMES && names[e->fd] && !e->stream_size && !e->result) {
        add((struct item){.kind = ITEM_END, .peer = names[e->fd]});
    } else if (e->fd >= 0 && e->fd < NAMES && names[e->fd] && e->stream_size) {
        const uint8_t *bytes = keep(e->stream, e->stream_size);
        if (bytes) add((struct item){.kind = ITEM_BYTES, .peer = names[e->fd], .size = (uint32_t)e->stream_size, .bytes = bytes});
    }
}

void peers_rest_end(void) {
    for (unsigned i = 1; peers && i < FDS_PEERS; i++) live |= fds_peer_uses(i) > 0;
    if (names) os_unmap(names, NAMES * sizeof *names);
    live |= items_count || made_count;
    active_since = os_now_ns();
}

// ---------------------------------------------------------------- feeding
unsigned peers_arrived(unsigned listening) {
    for (unsigned i = arrived_first; i < arrived_end; i++) {
        unsigned peer = arrived[i].peer;
        if (arrived[i].listening != listening || !peer) continue;
        arrived[i].peer = 0;
        while (arrived_first < arrived_end && !arrived[arrived_first].peer) arrived_first++;
        return peer;
    }
    return 0;
}

unsigned peers_next_made(void) { return made_next < made_count ? made[made_next++] : peers_new(NULL, 0); }

void peers_output(void) { active_since = os_now_ns(); }

// What the program's children, or sendfile, have sent.
static void drain(int far) {
    static uint8_t nowhere[4096];
    while (OS4(SYS_recvfrom, far, nowhere, sizeof nowhere, MSG_DONTWAIT) > 0) {}
}

static bool unread(unsigned peer) {
    int bytes = 0;
    return peer && peers[peer].far >= 0 && fds_peer_uses(peer) && !OS3(SYS_ioctl, peers[peer].far, SIOCOUTQ, &bytes) && bytes > 0;
}

static void knock(const struct item *i) {
    if (arrived_end == ARRIVED_MAX || !i->listening) return;
    arrived[arrived_end].listening = i->listening;
    arrived[arrived_end++].peer = i->peer;
    OS3(SYS_write, peers[i->listening].far, "", 1);
    last_fed = i->listening;
}

// One piece, if the one before has been read, or `now`. False: there is none, or it is not time yet.
static bool feed(bool now) {
    static volatile uint8_t busy;
    if (next_item == items_count || __atomic_exchange_n(&busy, 1, __ATOMIC_ACQUIRE)) return false;
    bool fed = false;
    while (next_item < items_count && !fed && (now || !unread(last_fed))) {
        struct item *i = &items[next_item];
        struct peer *p = &peers[i->peer];
        bool held = p->far >= 0 && fds_peer_uses(i->peer);
        next_item++;
        switch (i->kind) {
        case ITEM_OPEN: knock(i); break;
        case ITEM_SIGNAL: OS2(SYS_kill, OS1(SYS_getpid, 0), i->size); break;
        case ITEM_END:
            if (held) OS2(SYS_shutdown, p->far, SHUT_WR);
            break;
        default:
            if (!held) continue; // the program has closed it, or never had it
            drain(p->far);
            long sent = OS4(SYS_sendto, p->far, i->bytes, i->size, MSG_DONTWAIT | MSG_NOSIGNAL);
            if (sent > 0 && sent < (long)i->size) { // the rest later
                i->bytes += sent;
                i->size -= (uint32_t)sent;
                next_item--;
            }
            last_fed = i->peer;
            break;
        }
        fed = true;
    }
    if (fed) active_since = os_now_ns();
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
static int in_ms(const int64_t *time) {
    if (!time) return -1;
    return time[0] > 1000000 ? 1000000000 : (int)(time[0] * 1000 + (time[1] + 999999) / 1000000);
}

// The call's own time in ms, -1: no limit. Nothing that waits for a descriptor: false.
static bool waits_for_input(const struct call *c, int *ms) {
    const uint64_t *a = c->args;
    int64_t select_time[2];
    *ms = -1;
    switch (c->nr) {
    case SYS_read: case SYS_readv: case SYS_recvfrom: case SYS_recvmsg: case SYS_recvmmsg: case SYS_accept: case SYS_accept4: return true;
    case SYS_poll: *ms = (int)a[2]; return true;
    case SYS_epoll_wait: case SYS_epoll_pwait: *ms = (int)a[3]; return true;
    case SYS_epoll_pwait2: *ms = in_ms((const void *)a[3]); return true;
    case SYS_ppoll: *ms = in_ms((const void *)a[2]); return true;
    case SYS_pselect6: *ms = in_ms((const void *)a[4]); return true;
    case SYS_select:
        if (!a[4]) return true;
        os_copy(select_time, (const void *)a[4], sizeof select_time);
        select_time[1] *= 1000;
        *ms = in_ms(select_time);
        return true;
    default: return false;
    }
}

#define SELECT_MAX 256
static long probe_select(const struct call *c, int ms) {
    struct pollfd polled[SELECT_MAX];
    unsigned count = 0;
    for (unsigned fd = 0; fd < c->args[0] && count < SELECT_MAX; fd++) {
        short events = 0;
        for (unsigned set = 1; set <= 3; set++) {
            const uint64_t *bits = (const void *)c->args[set];
            if (bits && bits[fd / 64] >> fd % 64 & 1) events |= set == 1 ? POLLIN : set == 2 ? POLLOUT : POLLPRI;
        }
        if (events) polled[count++] = (struct pollfd){.fd = (int)fd, .events = events};
    }
    return OS3(SYS_poll, polled, count, ms);
}

// 0: it would still wait.
static long probe(const struct call *c, int ms) {
    if (c->nr == SYS_select || c->nr == SYS_pselect6) return probe_select(c, ms);
    if (c->nr == SYS_poll || c->nr == SYS_ppoll) return OS3(SYS_poll, c->args[0], c->args[1], ms);
    struct pollfd one = {.fd = (int)c->args[0], .events = POLLIN};
    return OS3(SYS_poll, &one, 1, ms);
}

static void end_idle(void) {
    os_format(control->status_text, sizeof control->status_text,
              "the program waits for input, and has read all that was recorded");
    run_finish(SH_STATUS_IDLE);
    for (;;) OS1(SYS_exit_group, 0);
}

void peers_wait(const struct call *c) {
    int limit, waited = 0;
    if (!live || !waits_for_input(c, &limit)) return;
    while (!thread_self()->pending && probe(c, 0) == 0 && (limit < 0 || waited < limit)) {
        if (sched_idle() && feed(false)) continue;
        int slice = limit < 0 || limit - waited > SLICE_MS ? SLICE_MS : limit - waited;
        if (probe(c, slice) != 0) return;
        waited += slice;
        if (!sched_idle()) continue;
        if (os_now_ns() - active_since < IDLE_NS) continue;
        if (next_item < items_count) last_fed = 0; // nobody reads it: go on with the next piece
        else end_idle();
    }
}
