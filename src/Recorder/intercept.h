// Catches system calls and time-stamp instructions; what they mean is the business of syscalls.c.
//
// A call arrives on a stack of our own (through %gs), so that the program's stack below its stack pointer
// holds the same bytes in every mode.
#ifndef SELFHEAL_INTERCEPT_H
#define SELFHEAL_INTERCEPT_H

#include "control.h"
#include "thread.h"

#include <stdbool.h>
#include <stdint.h>

// The program's registers at a system call; os_x86_64.S builds it.
struct intercept_frame {
    uint64_t rax;     // in: call number; out: result
    uint64_t args[6]; // rdi rsi rdx r10 r8 r9
    uint64_t rbx, rbp;
    uint64_t after; // where the stub goes on
    uint64_t rsp;
};
enum intercept_action {
    INTERCEPT_RETURN = 0,  // the result is in frame->rax
    INTERCEPT_PLAIN = 1,   // make the call as it stands, without us
    INTERCEPT_VFORK = 2,   // make the call, then intercept_vfork_done in the parent
    INTERCEPT_SIGNALS = 3, // signals_raise on the program's stack, then this call again
    INTERCEPT_RETURN_SIGNALS = 4, // signals_raise on the program's stack, then return
    INTERCEPT_THREAD = 5,  // make the call; intercept_thread_begin in the new thread, intercept_thread_done in the old one
};

// Finds and rewrites the sites of a module; uses the site cache.
int intercept_module(const struct module *m);
// The address of the intercepted instruction.
static inline uint64_t intercept_pc(const struct intercept_frame *f) {
    return *(const uint64_t *)(f->after - 10);
}

// INTERCEPT_OFF: calls go through plain. INTERCEPT_IN_CHILD: a vfork child runs in our memory.
enum { INTERCEPT_ON = 0, INTERCEPT_OFF = 1, INTERCEPT_IN_CHILD = 2 };
extern volatile uint8_t intercept_off;

void intercept_entry(void);   // os_x86_64.S: not to be called
void intercept_special(void); // os_x86_64.S: not to be called
int intercept_call(struct intercept_frame *frame);
int intercept_vfork_done(struct intercept_frame *frame);
int intercept_vfork_child(struct intercept_frame *frame);
int intercept_thread_done(struct intercept_frame *frame);
void intercept_thread_begin(struct thread *t);
void intercept_instruction(uint64_t registers[17], uint64_t what);

// A system call that an arriving signal interrupts even if it has not quite started: then INTERRUPTED.
#define INTERRUPTED (-512l)
long os_call_interruptible(long nr, const uint64_t args[6]);
extern const char interruptible_start[], interruptible_end[], interruptible_abort[];

#endif
