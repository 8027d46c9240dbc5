// What poll, select and epoll are asked.
//
// Where: in the hook.
#include "polled.h"

#include "intercept.h"
#include "os.h"

#include <poll.h>

unsigned polled_descriptors(const struct call *c, struct pollfd *to) {
    unsigned count = 0;
    if (polled_by_poll(c)) {
        count = c->args[1] < POLLED_MAX ? (unsigned)c->args[1] : POLLED_MAX;
        os_copy(to, (const void *)c->args[0], count * sizeof *to);
        return count;
    }
    for (unsigned fd = 0; fd < c->args[0] && count < POLLED_MAX; fd++) {
        short events = 0;
        for (unsigned set = 1; set <= 3; set++) {
            const uint64_t *bits = (const void *)c->args[set];
            if (bits && bits[fd / 64] >> fd % 64 & 1) events |= set == 1 ? POLLIN : set == 2 ? POLLOUT : POLLPRI;
        }
        if (events) to[count++] = (struct pollfd){.fd = (int)fd, .events = events};
    }
    return count;
}

int64_t polled_ns(const struct call *c) {
    const uint64_t *a = c->args;
    const int64_t *time, most = INT32_MAX; // seconds
    int64_t unit = c->nr == SYS_select ? 1000 : 1;
    switch (c->nr) {
    case SYS_poll: return (int)a[2] < 0 ? -1 : (int)a[2] * 1000000ll;
    case SYS_epoll_wait: case SYS_epoll_pwait: return (int)a[3] < 0 ? -1 : (int)a[3] * 1000000ll;
    case SYS_epoll_pwait2: time = (const void *)a[3]; break;
    case SYS_ppoll: time = (const void *)a[2]; break;
    case SYS_select: case SYS_pselect6: time = (const void *)a[4]; break;
    default: return -1;
    }
    return !time || time[0] > most ? -1 : time[0] * 1000000000 + time[1] * unit;
}

long polled_at_once(const struct call *c) {
    static const int64_t no_time[2];
    uint64_t args[6];
    os_copy(args, c->args, sizeof args);
    switch (c->nr) {
    case SYS_poll: args[2] = 0; break;
    case SYS_epoll_wait: case SYS_epoll_pwait: case SYS_epoll_pwait2: args[3] = c->nr == SYS_epoll_pwait2 ? (uint64_t)no_time : 0; break;
    case SYS_ppoll: args[2] = (uint64_t)no_time; break;
    case SYS_select: os_fill((void *)args[4], 0, sizeof no_time); break; // the kernel, too, stores the time that is left
    case SYS_pselect6: args[4] = (uint64_t)no_time; break;
    default: break;
    }
    return os_call_interruptible((long)c->nr, args);
}
