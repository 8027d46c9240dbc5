// Which thread runs next: uniprocessor, random walk, PCT, POS, script.
//
// Where: called by sched.c with its lock held.
// Source: PCT: Burckhardt et al., "A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs", ASPLOS
//         2010. POS: Yuan, Yang, Gu, "Partial Order Aware Concurrency Sampling", CAV 2018.
// Rules: a thread that yields lets every other one go first, or a loop that waits by yielding would never end.
#include "sched_policy.h"

#include "control.h"
#include "os.h"

#include <fcntl.h>
#include <sys/syscall.h>

#define CHANGES_MAX 64

HOT_DATA struct thread *policy_queue;
static uint64_t random_state;
static uint64_t places;               // asked for so far
static uint64_t changes[CHANGES_MAX]; // PCT: at which place the running thread's priority falls
static unsigned changes_count;
static uint64_t lowest = UINT64_MAX / 2; // PCT: priorities of those that yielded or were changed lie below, falling
static const struct sh_schedule_entry *script;
static uint64_t script_count;

static uint64_t draw(void) { // xorshift64*
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * 0x2545f4914f6cdd1dull;
}
static uint64_t draw_below(uint64_t n) { return (draw() >> 11) % n; }

static int read_script(void) {
    char path[1200];
    control_path(path, sizeof path, "schedule.bin");
    int fd = os_open(path, O_RDONLY, 0);
    if (fd < 0) return fd;
    long size = OS3(SYS_lseek, fd, 0, SEEK_END);
    if (size > 0) script = os_map_file(fd, (size_t)size, 0, false);
    os_close(fd);
    if (size % (long)sizeof *script || (size > 0 && !script)) return -22;
    script_count = (uint64_t)size / sizeof *script;
    return 0;
}

int policy_start(void) {
    random_state = (control->seed + 1) * 0x9e3779b97f4a7c15ull;
    if (!random_state) random_state = 1;
    for (int i = 0; i < 8; i++) draw();
    if (control->sched_policy == SH_POLICY_SCRIPT) return read_script();
    if (control->sched_policy > SH_POLICY_PROBE) return -22;
    unsigned depth = control->sched_depth ? control->sched_depth : 3;
    uint64_t length = control->sched_length ? control->sched_length : 10000;
    changes_count = depth - 1 < CHANGES_MAX ? depth - 1 : CHANGES_MAX;
    for (unsigned i = 0; i < changes_count; i++) changes[i] = 1 + draw_below(length);
    return 0;
}

bool policy_asks(void) { return control->sched_policy != SH_POLICY_UNIPROCESSOR && control->sched_policy != SH_POLICY_PROBE; }

void policy_add(struct thread *t) {
    t->priority = draw() | 1ull << 63; // above all that was lowered
    unsigned at = 0;
    while (at < script_count && script[at].thread < t->number) at++;
    t->cursor = at;
}

static struct thread *highest(struct thread *t) {
    struct thread *best = t;
    for (struct thread *other = policy_queue; other; other = other->next)
        if (!best || other->priority > best->priority) best = other;
    return best;
}

static struct thread *any(void) {
    unsigned count = 0;
    for (struct thread *t = policy_queue; t; t = t->next) count++;
    if (!count) return NULL;
    struct thread *t = policy_queue;
    for (uint64_t skip = draw_below(count); skip; skip--) t = t->next;
    return t;
}

// POS: the thread's operation is about to be done: those that race with it are drawn anew.
static struct thread *perform(struct thread *t) {
    for (struct thread *other = policy_queue; t && other; other = other->next)
        if (other != t && other->object == t->object) other->priority = draw();
    return t;
}

// The script's successor for `t` where it stands, NULL: none.
static struct thread *scripted(struct thread *t, bool gives_up) {
    uint64_t place = t->places + sched_places;
    for (; t->cursor < script_count && script[t->cursor].thread == t->number; t->cursor++) {
        const struct sh_schedule_entry *e = &script[t->cursor];
        if (e->place > place) return NULL;
        if (e->place < place || (gives_up && e->next == t->number)) continue;
        t->cursor++;
        return e->next == t->number ? NULL : thread_by_number(e->next);
    }
    return NULL;
}

struct thread *policy_at_place(struct thread *t, const struct place *p, bool quantum, struct thread **awaited) {
    places++;
    struct thread *next;
    switch (control->sched_policy) {
    case SH_POLICY_RANDOM: return draw_below(1000) < (control->sched_permille ? control->sched_permille : 100) ? any() : t;
    case SH_POLICY_PCT:
        for (unsigned i = 0; i < changes_count; i++)
            if (changes[i] == places) t->priority = lowest--;
        if (quantum) t->priority = lowest--;
        return highest(t);
    case SH_POLICY_POS:
        if (!p->behind) t->priority = draw();
        if (quantum) t->priority = 0;
        return perform(highest(t));
    case SH_POLICY_SCRIPT:
        next = scripted(t, false);
        if (next && next->state == THREAD_OUTSIDE && !next->queued) *awaited = next;
        return *awaited ? NULL : next && next->queued ? next : t;
    default: return quantum ? policy_queue : t;
    }
}

// One of the queue, NULL: nobody is there.
HOT static struct thread *another(void) {
    switch (control->sched_policy) {
    case SH_POLICY_RANDOM: return any();
    case SH_POLICY_PCT: return highest(NULL);
    case SH_POLICY_POS: return perform(highest(NULL));
    default: return policy_queue;
    }
}

struct thread *policy_at_yield(struct thread *t) {
    places++;
    t->priority = control->sched_policy == SH_POLICY_PCT ? lowest-- : 0;
    struct thread *next = control->sched_policy == SH_POLICY_SCRIPT ? scripted(t, false) : NULL;
    return next && next->queued ? next : another();
}

struct thread *policy_successor(struct thread *t, struct thread **awaited) {
    struct thread *next = control->sched_policy == SH_POLICY_SCRIPT ? scripted(t, true) : NULL;
    if (next && next->queued) return next;
    if (!next || next->state != THREAD_OUTSIDE) return another();
    *awaited = next;
    return NULL;
}
