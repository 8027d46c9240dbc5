// What is ready, without the requests that never arrive.
//
// Where: in the hook, with the baton; without it while the call waits.
// How:   behind the call, what it says is readable is looked at (drop_left). What holds half a request is left out, and
//        a change is waited for: with poll and select by an epoll of ours beside them, edge-triggered; with epoll by
//        making the program's own registration edge-triggered until the rest has come.
// Rules: a descriptor that has ended, or is in error, is always told.
#include "drop_ready.h"

#include "drop.h"
#include "os.h"
#include "polled.h"
#include "sched.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/syscall.h>

#define SET_MAX 128 // bytes: select with up to 1,024 descriptors
#define NO_LIMIT UINT64_MAX

bool drop_ready_asks(unsigned nr) {
    return nr == SYS_poll || nr == SYS_ppoll || nr == SYS_select || nr == SYS_pselect6 || nr == SYS_epoll_wait || nr == SYS_epoll_pwait || nr == SYS_epoll_pwait2;
}

// ---------------------------------------------------------------- epoll
#define REGISTERED_MAX 4096
// By descriptor; of one that two epolls have, the later one counts.
static struct registered {
    uint64_t word;   // the program's own
    uint32_t events; // 0: none
    uint32_t serial;
    int epoll;
    bool on_change;  // edge-triggered for our sake
} *registered;
static int registered_end; // no higher descriptors

void drop_ready_registered(int epoll, int operation, int fd, const struct epoll_event *wanted) {
    if (fd < 0 || fd >= REGISTERED_MAX || (!registered && !(registered = os_map(REGISTERED_MAX * sizeof *registered)))) return;
    registered[fd] = (struct registered){.serial = fds_serial(fd), .epoll = epoll};
    if (operation == EPOLL_CTL_DEL || !wanted) return;
    registered[fd].word = wanted->data.u64;
    registered[fd].events = wanted->events;
    if (fd >= registered_end) registered_end = fd + 1;
}

static bool is_registered(int fd, int epoll, uint64_t word) {
    const struct registered *r = &registered[fd];
    return r->events && r->epoll == epoll && r->word == word && r->serial == fds_serial(fd);
}

static int descriptor_of(int epoll, uint64_t word) {
    if ((uint32_t)word < (uint32_t)registered_end && is_registered((int)(uint32_t)word, epoll, word)) return (int)(uint32_t)word; // most programs' word
    for (int fd = 0; fd < registered_end; fd++)
        if (is_registered(fd, epoll, word)) return fd;
    return -1;
}

static void register_again(int fd, uint32_t events) {
    struct registered *r = &registered[fd];
    struct epoll_event wanted = {.events = events, .data.u64 = r->word};
    OS4(SYS_epoll_ctl, r->epoll, EPOLL_CTL_MOD, fd, &wanted);
    r->on_change = events != r->events;
}

void drop_ready_more(int fd) {
    if (fd < 0 || fd >= registered_end) return;
    const struct registered *r = &registered[fd];
    bool only_news = r->events & EPOLLET && !(r->events & EPOLLONESHOT) && r->serial == fds_serial(fd);
    if (only_news) register_again(fd, r->events);
}

// True: the program is told.
static bool tell(int epoll, struct epoll_event *e) {
    bool ends = e->events & (EPOLLHUP | EPOLLERR | EPOLLRDHUP);
    int fd = e->events & (EPOLLIN | EPOLLRDNORM) && !ends ? descriptor_of(epoll, e->data.u64) : -1;
    if (fd < 0) return true;
    enum drop_left left = drop_left(fd);
    uint32_t wanted = registered[fd].events;
    bool again = registered[fd].on_change, once = wanted & EPOLLONESHOT;
    if (left == DROP_LEFT_READY) {
        if (again) register_again(fd, wanted);
        return !(again && once); // it is told anew at once, and then no more
    }
    bool half = left == DROP_LEFT_HALF && (!(wanted & EPOLLET) || once);
    if (half && !again) register_again(fd, (wanted & ~(uint32_t)EPOLLONESHOT) | EPOLLET);
    else if (!half && (again || once)) register_again(fd, wanted);
    e->events &= ~(uint32_t)(EPOLLIN | EPOLLRDNORM);
    return e->events;
}

static long told_by_epoll(const struct call *c) {
    struct epoll_event *happened = (void *)c->args[1];
    long told = 0;
    for (long i = 0; i < c->result; i++)
        if (tell((int)c->args[0], &happened[i])) happened[told++] = happened[i];
    return told;
}

// ---------------------------------------------------------------- poll and select
// Descriptors with half a request, of one call.
struct halves {
    int changes; // an epoll of ours, -1: none yet
    bool any, fresh;
};

// True: the program is told that `fd` is readable.
static bool tell_readable(int fd, struct halves *halves) {
    enum drop_left left = drop_left(fd);
    if (left != DROP_LEFT_HALF) return left == DROP_LEFT_READY;
    struct epoll_event change = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET};
    if (halves->changes < 0) halves->changes = (int)OS1(SYS_epoll_create1, EPOLL_CLOEXEC);
    if (halves->changes < 0) return true;
    halves->any = true;
    halves->fresh |= !OS4(SYS_epoll_ctl, halves->changes, EPOLL_CTL_ADD, fd, &change);
    return false;
}

static long told_by_poll(const struct call *c, struct halves *halves) {
    struct pollfd *polled = (struct pollfd *)c->args[0];
    long told = c->result;
    for (uint64_t i = 0; i < c->args[1]; i++) {
        if (!(polled[i].revents & (POLLIN | POLLRDNORM)) || polled[i].revents & (POLLHUP | POLLERR | POLLRDHUP)) continue;
        if (tell_readable(polled[i].fd, halves)) continue;
        polled[i].revents &= (short)~(POLLIN | POLLRDNORM);
        told -= !polled[i].revents;
    }
    return told;
}

static long told_by_select(const struct call *c, struct halves *halves) {
    uint64_t *readable = (uint64_t *)c->args[1];
    long told = c->result;
    for (uint64_t fd = 0; readable && fd < c->args[0]; fd++) {
        if (!(readable[fd / 64] >> fd % 64 & 1) || tell_readable((int)fd, halves)) continue;
        readable[fd / 64] &= ~(1ul << fd % 64);
        told--;
    }
    return told;
}

// Until something else is ready, or more has come for the halves.
static void wait_for_change(const struct call *c, const struct halves *halves, uint64_t until) {
    struct pollfd polled[POLLED_MAX + 1];
    unsigned count = polled_descriptors(c, polled);
    for (unsigned i = 0; i < count; i++)
        if (drop_left(polled[i].fd) == DROP_LEFT_HALF) polled[i].events &= (short)~(POLLIN | POLLRDNORM);
    polled[count++] = (struct pollfd){.fd = halves->changes, .events = POLLIN};
    uint64_t now = os_now_ns(), left = until > now ? until - now : 0;
    int64_t time[2] = {(int64_t)(left / 1000000000), (int64_t)(left % 1000000000)};
    uint64_t args[6] = {(uintptr_t)polled, count, until == NO_LIMIT ? 0 : (uintptr_t)time};
    const uint64_t *mask = c->nr == SYS_ppoll ? &c->args[3] : c->nr == SYS_pselect6 ? (const void *)c->args[5] : NULL; // and its size
    if (mask) os_copy(&args[3], mask, 2 * sizeof *mask);
    if (sched_on) sched_leave();
    os_call_interruptible(SYS_ppoll, args);
    if (sched_on) sched_enter();
}

static void forget_changes(const struct halves *halves) {
    struct epoll_event happened[16];
    while (halves->changes >= 0 && OS4(SYS_epoll_wait, halves->changes, happened, 16, 0) == 16) {}
}

// ---------------------------------------------------------------- time
// When the call's own time is up, by our clock. The kernel itself counts down the time of ppoll, select and pselect6.
static uint64_t until_when(const struct call *c) {
    int64_t ns = polled_ns(c);
    return ns < 0 ? NO_LIMIT : os_now_ns() + (uint64_t)ns;
}

// What is left of it, in the call's arguments.
static void shorten(const struct call *c, uint64_t args[6], int64_t time[2], uint64_t until) {
    uint64_t now = os_now_ns(), left = until > now ? until - now : 0;
    if (until == NO_LIMIT) return;
    if (c->nr == SYS_poll) args[2] = (left + 999999) / 1000000;
    if (c->nr == SYS_epoll_wait || c->nr == SYS_epoll_pwait) args[3] = (left + 999999) / 1000000;
    if (c->nr != SYS_epoll_pwait2) return;
    time[0] = (int64_t)(left / 1000000000);
    time[1] = (int64_t)(left % 1000000000);
    args[3] = (uintptr_t)time;
}

long drop_ready_perform(struct call *c, long (*perform)(struct call *c)) {
    uint8_t sets[3][SET_MAX];
    uint64_t args[6];
    int64_t time[2];
    size_t size = polled_by_select(c) ? (c->args[0] + 63) / 64 * 8 : 0;
    if (size > SET_MAX || (polled_by_poll(c) && c->args[1] > POLLED_MAX)) return perform(c);
    for (unsigned i = 0; size && i < 3; i++)
        if (c->args[1 + i]) os_copy(sets[i], (const void *)c->args[1 + i], size);
    const uint64_t *theirs = c->args;
    uint64_t until = until_when(c);
    struct halves halves = {.changes = -1};
    os_copy(args, theirs, sizeof args);
    c->args = args;
    for (;;) {
        forget_changes(&halves);
        halves.any = halves.fresh = false;
        if (perform(c) <= 0) break;
        c->result = polled_by_poll(c) ? told_by_poll(c, &halves) : polled_by_select(c) ? told_by_select(c, &halves) : told_by_epoll(c);
        if (c->result > 0 || (until != NO_LIMIT && os_now_ns() >= until)) break;
        for (unsigned i = 0; size && i < 3; i++)
            if (c->args[1 + i]) os_copy((void *)c->args[1 + i], sets[i], size);
        if (halves.any && !halves.fresh) wait_for_change(c, &halves, until);
        shorten(c, args, time, until);
    }
    if (halves.changes >= 0) os_close(halves.changes);
    c->args = theirs;
    return c->result;
}
