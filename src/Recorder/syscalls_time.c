// Time and waiting: clocks, sleeps, select.
//
// Where: in the hook; the vDSO's functions come here through vdso.c. A replay waits for nothing.
#include "live_time.h"
#include "os.h"
#include "signals.h"
#include "syscalls.h"
#include "vdso.h"

#include <linux/time_types.h>
#include <sys/syscall.h>
#include <time.h>

#define SECONDS_MAX 1000000

// A clock by system call is logged like one through the vDSO.
int call_clock(struct call *c) {
    struct __kernel_timespec now;
    long failed = 0;
    if (c->nr == SYS_clock_gettime) {
        if (!vdso_knows((int)c->args[0])) {
            static const struct call_model plain = {.class = CALL_INJECT, .scalars = 1, .stores = {{1, STORE_ONE, 0, 16}}};
            c->model = &plain;
            return call_generic(c);
        }
        now = vdso_now((int)c->args[0]);
        if (c->args[1]) os_copy((void *)c->args[1], &now, sizeof now);
    } else if (c->nr == SYS_gettimeofday) {
        now = vdso_now(CLOCK_REALTIME);
        int64_t pair[2] = {now.tv_sec, now.tv_nsec / 1000};
        if (c->args[0]) os_copy((void *)c->args[0], pair, sizeof pair);
        if (c->args[1]) os_fill((void *)c->args[1], 0, 8);
    } else {
        now = vdso_now(CLOCK_REALTIME);
        if (c->args[0]) *(int64_t *)c->args[0] = now.tv_sec;
        failed = now.tv_sec;
    }
    c->frame->rax = (uint64_t)failed;
    return INTERCEPT_RETURN;
}

static uint64_t in_ns(struct __kernel_timespec time) { return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec; }

// How long it sleeps, in ns; the clock must be one of those that go on by themselves.
static bool sleeps(const struct call *c, const struct __kernel_timespec *asked, uint64_t *ns) {
    int clock = c->nr == SYS_nanosleep ? CLOCK_MONOTONIC : (int)c->args[0];
    bool known = clock == CLOCK_MONOTONIC || clock == CLOCK_REALTIME || clock == CLOCK_BOOTTIME;
    if (!known || asked->tv_sec < 0 || asked->tv_sec > SECONDS_MAX || asked->tv_nsec < 0 || asked->tv_nsec > 999999999) return false;
    *ns = in_ns(*asked);
    if (c->nr != SYS_clock_nanosleep || !(c->args[1] & TIMER_ABSTIME)) return true;
    uint64_t begun = in_ns(vdso_now(clock));
    *ns = *ns > begun ? *ns - begun : 0;
    return true;
}

// Live: over at once, where nobody could do anything meanwhile.
static bool slept(struct call *c, unsigned at) {
    struct __kernel_timespec asked;
    uint64_t ns;
    if (run_mode != RUN_LIVE || !os_peek(&asked, (const void *)c->args[at], sizeof asked) || !sleeps(c, &asked, &ns) || !live_time_passes(ns)) return false;
    c->result = 0;
    return true;
}

int call_sleep(struct call *c) {
    unsigned at = c->nr == SYS_nanosleep ? 0 : 2; // the request; the remainder follows it
    struct replay_event e;
    if (slept(c, at)) return call_log(c, NULL);
    if (run_mode != RUN_REPLAY) {
        do call_perform(c);
        while (c->result == INTERRUPTED && !thread_self()->pending);
        bool cut = c->result == INTERRUPTED;
        if (cut) c->result = -4;
        if (c->result == -4 && c->args[at + 1]) {
            if (cut) os_copy((void *)c->args[at + 1], (void *)c->args[at], 16); // it had not begun
            call_add_piece(c, (void *)c->args[at + 1], 16);
        }
        return call_log(c, NULL);
    }
    const struct replay_event *logged = call_replay(c);
    if (!logged) return call_sleep(c);
    e = *logged;
    call_replay_done(c, logged);
    if (run_mode != RUN_REPLAY) return call_sleep(c);
    if (e.blob_size == 16 && c->args[at + 1]) os_copy((void *)c->args[at + 1], e.blob, 16);
    c->frame->rax = (uint64_t)c->result;
    return INTERCEPT_RETURN;
}

int call_select(struct call *c) {
    size_t set = (c->args[0] + 63) / 64 * 8;
    struct replay_event e;
    bool replayed;
    int action;
    if (!call_obtain(c, &e, &replayed, &action)) return action;
    for (unsigned i = 1; i <= 3 && c->result >= 0; i++) call_add_piece(c, (void *)c->args[i], set);
    call_add_piece(c, (void *)c->args[4], 16); // the kernel stores the time left
    if (!replayed) return call_log(c, NULL);
    call_replay_stores(c, &e);
    return call_returns(c, c->result);
}
