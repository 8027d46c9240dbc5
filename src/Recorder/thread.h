// The program's threads: what the recorder keeps for each of them.
//
// Where: a thread finds its own through %gs, from its first instruction on; all of them are in threads[].
// Rules: threads run one at a time (sched.h), so that whoever runs may read and change them all.
#ifndef SELFHEAL_THREAD_H
#define SELFHEAL_THREAD_H

// Offsets that os_x86_64.S knows.
#define THREAD_STACK_TOP 0
#define THREAD_SELF 8
#define THREAD_AFTER 16
#define THREAD_INSIDE 24
#define THREAD_PENDING 25
#define THREAD_VDSO_SIGNALS 26
#define THREAD_START_FRAME 32
#define THREAD_HOLD_LEFT 40

#ifndef __ASSEMBLER__
#include "recorder_abi.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define THREADS_MAX 8192
#define THREAD_SIGNALS 64

enum thread_state {
    THREAD_NEW = 0, // made, not started
    THREAD_RUNNING, // has the baton
    THREAD_READY,   // waits for the baton
    THREAD_WAITING, // waits for another thread (futex.c); ready, too, once its time is up or a signal has come
    THREAD_OUTSIDE, // in a system call that may take its time, without the baton
    THREAD_ENDED,
};

struct thread {
    uint64_t stack_top;         // end of the hook's stack
    struct thread *self;
    uint64_t after;             // vfork, clone: where the stub goes on
    volatile uint8_t inside;    // 1: the thread is in the hook
    volatile uint8_t pending;   // 1: a signal waits in `queue`
    uint8_t vdso_signals;       // 1: signals_raise is due behind a reading of the clock
    struct intercept_frame *start_frame; // with which registers it starts
    uint32_t hold_left;         // places at which it is not switched out
    // -- identity
    uint32_t number;            // in order of creation, 0: the first one
    uint32_t index;             // in threads[]
    int32_t tid;                // as the program knows it: of the recorded run
    int32_t real_tid;
    volatile int32_t alive;     // cleared by the kernel when the thread is really gone
    uint32_t *clear_tid;        // the program's word to be cleared and woken at the end
    uint64_t robust_list, robust_size;
    uint32_t check;             // running CRC-32C over its events
    // -- scheduling
    enum thread_state state;
    volatile uint32_t turn;     // 1: the baton is handed to it
    bool released;              // the kernel has its words back: recording has stopped
    bool queued;                // in the queue of those that want the baton
    struct thread *next;        // there
    uint64_t places;            // passed in its life, up to the start of its current interval
    uint64_t priority;          // PCT, POS
    uint64_t object;            // POS: what its next operation is about
    unsigned hold_since;        // ticks of the interval when the hold began
    unsigned cursor;            // script: next entry of this thread
    // -- waiting (futex.c)
    uint32_t wait_bits;
    uint32_t wait_operation;    // system call or operation, for the report of a deadlock
    uint64_t sync_place;        // own count of places at the last pthread call that was looked at
    bool wait_timed;
    bool woken;
    uint64_t wait_order;
    uint64_t where[3];          // pc, sp, bp of the place where it stands
    // -- signals (signals.c)
    struct sh_signal queue[THREAD_SIGNALS]; // arrived, not logged; only signals_entry adds
    volatile unsigned queued_signals;
    struct sh_signal list[THREAD_SIGNALS]; // logged, to be delivered
    unsigned listed;
    volatile int raising;       // the signal that signals_raise is sending
    uint64_t hidden_mask;       // synchronous signals the program believes blocked
    int watchdog_timer;
    int tick_timer;
    volatile uint8_t ticked;    // a timer of ours may have interrupted its system call
    uint64_t program_stack[3];  // stack_t as the program set it: address, flags, size
    uint8_t *signal_stack;      // ours
};
_Static_assert(offsetof(struct thread, inside) == THREAD_INSIDE && offsetof(struct thread, pending) == THREAD_PENDING &&
               offsetof(struct thread, vdso_signals) == THREAD_VDSO_SIGNALS && offsetof(struct thread, after) == THREAD_AFTER &&
               offsetof(struct thread, start_frame) == THREAD_START_FRAME && offsetof(struct thread, hold_left) == THREAD_HOLD_LEFT, "*_x86_64.S");

#define THREAD_SIGNAL_STACK (64 * 1024ul)

extern struct thread *threads[THREADS_MAX]; // ended ones stay until their memory is used again; [0] is the first one
extern unsigned threads_count;
// The futex that each of threads[] waits for, 0: none. Apart from them: a search among many touches little memory.
extern uint64_t *thread_waits;

static inline struct thread *thread_self(void) {
    struct thread *self;
    __asm__("mov %%gs:8, %0" : "=r"(self));
    return self;
}

// The first thread's; the constructor runs on its stack. NULL: no memory.
struct thread *thread_first(void);
// Makes %gs of the calling thread point to `t`, and gives it our signal stack. 0 or a negative errno.
int thread_enter(struct thread *t);
// A fresh one, with the next number; NULL: no memory, or too many.
struct thread *thread_new(void);
// Takes back the last thread_new: it could not be started.
void thread_undo(struct thread *t);
// Recording has stopped: gives the kernel the words that are cleared at the thread's end (syscalls_thread.c).
void thread_release(struct thread *t);
// The thread that has not ended with this number, or NULL.
struct thread *thread_by_number(uint32_t number);
// The thread that the program knows as `tid`, NULL: none has it. The first thread counts even if it has ended.
struct thread *thread_by_tid(int tid);
#endif
#endif
