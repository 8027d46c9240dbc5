// Call stacks of the program, taken in-process: unwinds by .eh_frame, falls back to frame pointers.
//
// Where: anywhere, also in signal handlers and inside malloc. Allocates nothing, takes no lock, touches no
// errno, and reads the stack only between the given sp and the end of its mapping, so it cannot fault.
#ifndef SELFHEAL_BACKTRACE_H
#define SELFHEAL_BACKTRACE_H

#include <stdbool.h>
#include <stdint.h>

// Fills frames[0] = pc, then the return addresses of its callers, innermost first; returns how many
// (at least 1 if max > 0). (pc, sp, bp) is the state of one frame: pc is where it will go on.
unsigned backtrace_from(uint64_t pc, uint64_t sp, uint64_t bp, uint64_t *frames, unsigned max);

// Where the return address of a frame at `pc` (exact, not a return address) lies: offset from its sp, or -1
// where that depends on more than sp. A constant of the code.
int backtrace_return_offset(uint64_t pc);

// The stack words a call stack was derived from. As long as they hold the same values (and pc, sp and, if
// uses_bp, bp are the same) the call stack is the same: a later call can skip the unwinding.
#define BACKTRACE_PROOF_MAX 40
struct backtrace_proof {
    uint32_t count;
    bool uses_bp;
    bool valid; // false: no such proof (a signal frame on the way, or too many words)
    struct backtrace_word {
        uint64_t at, value;
    } words[BACKTRACE_PROOF_MAX];
};
unsigned backtrace_with_proof(uint64_t pc, uint64_t sp, uint64_t bp, uint64_t *frames, unsigned max,
                              struct backtrace_proof *proof);

// Call it when a thread's stack has been unmapped: its bounds are cached.
void backtrace_forget_stacks(void);

#endif
