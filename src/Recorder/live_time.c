// Time in a replay that has gone live: where nobody could use it, it passes at once.
//
// Where: in the hook, in calls that wait.
// How:   nobody is outside of a replay. So a program of one thread that waits, without children and timers, waits for
//        time alone, and there is no need that it passes for real: the program's clocks go on by as much.
// Rules: no more than MOST_NS in all: what is done every second, for ever, must not be done for ever in no time.
#include "live_time.h"

#include "os.h"
#include "run_mode.h"
#include "sched.h"
#include "thread.h"

#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>

#define MOST_NS 10000000000ull

static uint64_t passed;
static bool has_timers; // of the kinds that cannot be asked for

void live_time_watch(unsigned nr) { has_timers |= nr == SYS_timer_create || nr == SYS_timerfd_settime; }

static bool has_alarm(void) {
    struct itimerval alarm = {0};
    OS2(SYS_getitimer, ITIMER_REAL, &alarm);
    return alarm.it_value.tv_sec || alarm.it_value.tv_usec;
}

static bool has_children(void) {
    siginfo_t info;
    return OS4(SYS_waitid, P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) != -10; // ECHILD
}

bool live_time_passes(uint64_t ns) {
    bool may = run_mode == RUN_LIVE && !sched_on && !has_timers && !thread_self()->pending && ns <= MOST_NS - passed && !has_alarm() && !has_children();
    if (may) passed += ns;
    return may;
}

uint64_t live_time_passed(void) { return passed; }
