// The unwind rule at one code address, from its module's .eh_frame.
//
// Where: called by backtrace.c on a miss of its cache. Pure reading, no state.
#ifndef SELFHEAL_BACKTRACE_CFI_H
#define SELFHEAL_BACKTRACE_CFI_H

#include <stdint.h>

enum cfi_kind {
    CFI_NONE = 0,     // nothing known: try frame pointers
    CFI_SP = 1,       // CFA = sp + cfa
    CFI_BP = 2,       // CFA = bp + cfa
    CFI_SP_DEREF = 3, // CFA = *(sp + cfa)
    CFI_BP_DEREF = 4, // CFA = *(bp + cfa)
    CFI_SIGNAL = 5,   // sp points to a ucontext
    CFI_END = 6,      // outermost frame
};
enum cfi_bp {
    CFI_BP_SAME = 0,
    CFI_BP_AT_CFA = 1, // saved at CFA + 8 * bp
    CFI_BP_AT_BP = 2,  // saved at bp + 8 * bp
};
// The return address is at CFA - 8 (x86-64). Eight bytes, so that a cache entry can be one word.
struct cfi_rule {
    int32_t cfa;
    int16_t bp; // in units of 8 bytes
    uint8_t kind;
    uint8_t bp_kind;
};
_Static_assert(sizeof(struct cfi_rule) == 8, "a rule is one word");

struct cfi_rule cfi_rule_at(uint64_t pc);

#endif
