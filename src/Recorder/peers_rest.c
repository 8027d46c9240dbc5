// What the log still holds for the program's peers when a replay goes live: read into items, in the order of the log.
//
// Where: in the hook, once, as the log is read to its end.
// Rules: the log's descriptors are followed through what makes them anew: accept, socket, open, pipe, dup. Those that
//        came with a message (SCM_RIGHTS) are not.
#include "peers_feed.h"

#include "fds.h"
#include "os.h"
#include "syscalls.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>

struct item *items;
unsigned items_count;
static unsigned items_room;
static uint16_t *names; // of the log's descriptors, as its reading goes on
#define NAMES 65536
static uint16_t made[FDS_PEERS];
static unsigned made_count, made_next;
HOT_DATA static bool live;
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
    item.event = control->events; // that is being read
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
    bool keys = info.si_code == SI_KERNEL && (s.signo == SIGINT || s.signo == SIGQUIT || s.signo == SIGHUP || s.signo == SIGTSTP || s.signo == SIGWINCH);
    bool outside = keys || ((info.si_code == SI_USER || info.si_code == SI_QUEUE) && info.si_pid != run_recorded_pid());
    if (outside) add((struct item){.kind = ITEM_SIGNAL, .size = s.signo});
}

static void add_bytes(unsigned peer, const uint8_t *bytes, size_t size, const uint8_t *address, size_t address_size) {
    struct item item = {.kind = ITEM_BYTES, .peer = (uint16_t)peer, .size = (uint32_t)size, .bytes = size ? keep(bytes, size) : NULL};
    if (address_size && address_size <= ADDRESS_MAX && (item.address = keep(address, address_size))) item.address_size = (uint8_t)address_size;
    if (item.bytes || !size) add(item);
}

// recvmmsg: the lengths, the names' lengths, the names.
static void rest_of_messages(const struct replay_event *e, unsigned peer) {
    size_t count = e->result > 0 ? (size_t)e->result : 0, from = 0, name = count * 8;
    for (size_t i = 0; i < count && e->blob_size >= count * 8; i++) {
        uint32_t size, name_size;
        os_copy(&size, e->blob + 4 * i, 4);
        os_copy(&name_size, e->blob + 4 * (count + i), 4);
        if (size > e->stream_size - from || name > e->blob_size || name_size > e->blob_size - name) return;
        add_bytes(peer, e->stream + from, size, e->blob + name, name_size);
        from += size;
        name += name_size;
    }
}

// Bytes, a datagram with where it came from, or the end: which of the two, only the socket knows.
static void rest_of_input(const struct replay_event *e, unsigned peer) {
    if (e->result < 0) return;
    if (e->code == SYS_recvmmsg) {
        rest_of_messages(e, peer);
        return;
    }
    uint32_t size = 0;
    size_t at = e->code == SYS_recvmsg ? 16 : 4; // before it: length, flags, and length of what else was stored
    if (e->blob_size >= at && (e->code == SYS_recvmsg || e->code == SYS_recvfrom)) os_copy(&size, e->blob, 4);
    if (size > e->blob_size - at) size = 0;
    add_bytes(peer, e->stream, e->stream_size, e->blob + at, size);
}

// Both ends are the program's own.
static void rest_of_pair(const struct replay_event *e) {
    int ends[2];
    if (e->blob_size != sizeof ends) return;
    os_copy(ends, e->blob, sizeof ends);
    for (unsigned i = 0; i < 2; i++)
        if (ends[i] >= 0 && ends[i] < NAMES) names[ends[i]] = 0;
}

static bool is_terminal_opened(const struct replay_event *e) {
    bool opens = e->code == SYS_open || e->code == SYS_openat || e->code == SYS_openat2 || e->code == SYS_creat;
    return opens && e->blob_size == 1;
}

void peers_rest(const struct replay_event *e) {
    if (!names) return;
    unsigned fd = (unsigned)e->result;
    int from, made_now = replay_makes_descriptor(e, &from);
    if (e->code == SH_EVENT_SIGNAL) {
        rest_of_signal(e);
    } else if ((e->code == SYS_pipe || e->code == SYS_pipe2 || e->code == SYS_socketpair) && !e->result) {
        rest_of_pair(e);
    } else if ((e->code == SYS_accept || e->code == SYS_accept4) && e->result >= 0 && fd < NAMES) {
        unsigned listening = listening_of(e); // before the new one takes its number
        uint32_t size = e->blob_size >= 8 ? (uint32_t)e->blob_size - 8 : 0;
        names[fd] = (uint16_t)peers_new(size ? e->blob + 4 : NULL, size);
        if (names[fd]) add((struct item){.kind = ITEM_OPEN, .peer = names[fd], .listening = (uint16_t)listening});
    } else if (e->code == SYS_socket && e->result >= 0 && fd < NAMES) {
        names[fd] = (uint16_t)peers_new(NULL, 0);
        if (names[fd]) made[made_count++] = names[fd];
    } else if (e->code == SYS_connect && made_count && e->result < 0 && e->result > -4096) {
        struct peer *p = &peers[made[made_count - 1]]; // the log does not say which: mostly it was just made
        if (!p->connects) p->connects = (int16_t)e->result;
    } else if (made_now >= 0 && made_now < NAMES) {
        names[made_now] = is_terminal_opened(e) ? (uint16_t)peers_terminal() : from >= 0 && from < NAMES ? names[from] : 0;
    } else if (e->fd >= 0 && e->fd < NAMES && names[e->fd]) {
        rest_of_input(e, names[e->fd]);
    }
}

void peers_rest_end(void) {
    for (unsigned i = 1; peers && i < FDS_PEERS; i++) live |= fds_peer_uses(i) > 0;
    if (names) os_unmap(names, NAMES * sizeof *names);
    live |= items_count || made_count;
    peers_active();
}

unsigned peers_next_made(void) { return made_next < made_count ? made[made_next++] : peers_new(NULL, 0); }
