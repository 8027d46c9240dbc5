// The kernel's functions in user space, replaced by ours: each reading of a clock is an event.
//
// Where: in the program's own code and on its stack (they are plain C calls), or in the hook for the same by
// system call.
// Rules: time never goes backward when a replay goes live: readings go on from the log's last one.
#include "vdso.h"

#include "heap.h"
#include "live_time.h"
#include "modules.h"
#include "os.h"
#include "patch_site.h"
#include "sched.h"
#include "sched_hold.h"
#include "signals.h"
#include "syscalls.h"

#include <sys/syscall.h>
#include <time.h>
#include <sys/time.h>

#define CLOCKS 16
#define SECOND 1000000000ull

static long (*original_gettime)(int clock, struct __kernel_timespec *to);
HOT_DATA static uint64_t last_reading[CLOCKS];
HOT_DATA static int64_t live_offset[CLOCKS];
HOT_DATA static bool live_known[CLOCKS];

bool vdso_knows(int clock) { return clock >= 0 && clock < CLOCKS; }

static long real_gettime(int clock, struct __kernel_timespec *to) {
    return original_gettime ? original_gettime(clock, to) : OS2(SYS_clock_gettime, clock, to);
}

static uint64_t live_reading(int clock, uint64_t real) {
    if (!live_known[clock]) { // a clock the log never showed keeps the distance to real time of another one
        int64_t offset = last_reading[clock] ? (int64_t)(last_reading[clock] - real) : 0;
        live_offset[clock] = offset;
        live_known[clock] = true;
    }
    bool runs = clock != CLOCK_PROCESS_CPUTIME_ID && clock != CLOCK_THREAD_CPUTIME_ID;
    return real + (uint64_t)live_offset[clock] + (runs ? live_time_passed() : 0);
}

HOT struct __kernel_timespec vdso_now(int clock) {
    struct __kernel_timespec now = {0};
    uint64_t ns;
    if (!intercept_off && run_mode == RUN_REPLAY) {
        const struct replay_event *e = replay_peek();
        if (e && e->code == SH_EVENT_CLOCK + (unsigned)clock) {
            ns = (uint64_t)e->result;
            replay_take();
            signals_event();
            last_reading[clock] = ns;
            return (struct __kernel_timespec){(int64_t)(ns / SECOND), (int64_t)(ns % SECOND)};
        }
        run_diverge(NULL, e, "a clock is read");
    }
    real_gettime(clock, &now);
    if (intercept_off) return now;
    ns = (uint64_t)now.tv_sec * SECOND + (uint64_t)now.tv_nsec;
    if (run_mode == RUN_LIVE) ns = live_reading(clock, ns);
    else {
        log_append_delta(SH_EVENT_CLOCK + (unsigned)clock, ns);
        signals_event();
    }
    return (struct __kernel_timespec){(int64_t)(ns / SECOND), (int64_t)(ns % SECOND)};
}

// On the hook's stack, called from the program's code. A signal whose place is here is delivered right behind
// the reading, back on the program's stack (os_x86_64.S looks at the thread's vdso_signals).
HOT static struct __kernel_timespec program_now(int clock) {
    struct thread *self = intercept_off ? NULL : thread_self();
    if (!self || self->inside) return vdso_now(clock);
    self->inside = 1;
    if (sched_on && ++sched_places >= sched_stop) {
        if (sched_only_holds) sched_hold_pass(0, 0, 0);
        else sched_place(&(struct place){.operation = SH_CLOCK_READ, .object = (uint64_t)clock});
    }
    if (run_mode == RUN_REPLAY) run_skip_markers();
    struct __kernel_timespec now = vdso_now(clock);
    self->vdso_signals = run_signals_behind();
    self->inside = 0;
    return now;
}

HOT long vdso_our_gettime(int clock, struct __kernel_timespec *to) {
    if (!vdso_knows(clock)) return real_gettime(clock, to);
    *to = program_now(clock);
    return 0;
}

long vdso_our_gettimeofday(struct timeval *to, int32_t zone[2]) {
    struct __kernel_timespec now = program_now(CLOCK_REALTIME);
    if (to) *to = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
    if (zone) zone[0] = zone[1] = 0;
    return 0;
}

int64_t vdso_our_time(int64_t *to) {
    struct __kernel_timespec now = program_now(CLOCK_REALTIME);
    if (to) *to = now.tv_sec;
    return now.tv_sec;
}

static long our_getcpu(uint32_t *processor, uint32_t *node, void *unused) {
    (void)unused;
    if (processor) *processor = 0; // the same in every mode, and always a processor that exists
    if (node) *node = 0;
    return 0;
}

static long our_getrandom(void) { return -38; } // ENOSYS: glibc makes the system call

void vdso_start(void) {
    for (unsigned i = 0; i < modules_count; i++) {
        const struct module *m = &modules[i];
        if (!os_equal(m->path, "[vdso]")) continue;
        struct { const char *name; void *ours; } functions[] = {
            {"__vdso_clock_gettime", (void *)vdso_gettime}, {"__vdso_gettimeofday", (void *)vdso_gettimeofday},
            {"__vdso_time", (void *)vdso_time}, {"__vdso_getcpu", (void *)our_getcpu}, {"__vdso_getrandom", (void *)our_getrandom},
        };
        for (unsigned k = 0; k < sizeof functions / sizeof functions[0]; k++) {
            uint64_t at = module_symbol_in(m, functions[k].name);
            void *original = at ? patch_function(m, at, functions[k].ours) : NULL;
            if (k == 0) original_gettime = (long (*)(int, struct __kernel_timespec *))original;
        }
    }
}
