// The program's threads: their table and their memory.
//
// Where: in the constructor and in the hook.
// Rules: the memory of an ended thread is used again only when the kernel has left it (`alive`).
#include "thread.h"

#include "os.h"

#include <asm/prctl.h>
#include <signal.h>
#include <sys/syscall.h>

#define HOOK_STACK (256 * 1024ul)
#define HOT_PART 512ul // bytes
_Static_assert(offsetof(struct thread, queue) <= HOT_PART, "what every event touches");

struct thread *threads[THREADS_MAX];
HOT_DATA uint64_t *thread_waits;
HOT_DATA unsigned threads_count;
static uint32_t next_number;

// What every event touches is in one page: the end of the hook's stack, and behind it the first fields of the thread.
static struct thread *make(void) {
    if (!thread_waits) thread_waits = os_map(THREADS_MAX * sizeof *thread_waits);
    if (!thread_waits) return NULL;
    uint8_t *memory = threads_count < THREADS_MAX ? os_map(HOOK_STACK + sizeof(struct thread)) : NULL;
    uint8_t *signals = memory ? os_map(THREAD_SIGNAL_STACK) : NULL;
    if (!signals) return NULL;
    struct thread *t = (struct thread *)(memory + HOOK_STACK - HOT_PART);
    t->stack_top = (uintptr_t)t - 8; // after eleven pushes the stack is aligned for the call
    t->signal_stack = signals;
    t->index = threads_count;
    threads[threads_count++] = t;
    return t;
}

static struct thread *reuse(void) {
    for (unsigned i = 1; i < threads_count; i++) {
        struct thread *t = threads[i];
        if (t->state != THREAD_ENDED || __atomic_load_n(&t->alive, __ATOMIC_ACQUIRE)) continue;
        uint64_t stack_top = t->stack_top;
        uint8_t *signals = t->signal_stack;
        os_fill(t, 0, sizeof *t);
        t->index = i;
        t->stack_top = stack_top;
        t->signal_stack = signals;
        return t;
    }
    return NULL;
}

struct thread *thread_new(void) {
    struct thread *t = reuse();
    if (!t) t = make();
    if (!t) return NULL;
    t->self = t;
    t->number = next_number++;
    t->watchdog_timer = -1;
    t->program_stack[1] = SS_DISABLE;
    return t;
}

void thread_undo(struct thread *t) {
    next_number--;
    t->state = THREAD_ENDED;
    t->alive = 0;
}

struct thread *thread_by_number(uint32_t number) {
    for (unsigned i = 0; i < threads_count; i++)
        if (threads[i]->number == number && threads[i]->state != THREAD_ENDED) return threads[i];
    return NULL;
}

struct thread *thread_first(void) {
    if (!threads_count && !thread_new()) return NULL;
    return threads[0];
}

int thread_enter(struct thread *t) {
    int failed = (int)OS2(SYS_arch_prctl, ARCH_SET_GS, t);
    stack_t ours = {.ss_sp = t->signal_stack, .ss_size = THREAD_SIGNAL_STACK};
    if (!failed) OS2(SYS_sigaltstack, &ours, 0);
    return failed;
}

struct thread *thread_by_tid(int tid) {
    for (unsigned i = threads_count; i-- > 0;)
        if (threads[i]->tid == tid && (threads[i]->state != THREAD_ENDED || !i)) return threads[i];
    return NULL;
}
