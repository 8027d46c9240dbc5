// What guard mode found, merged by allocation stack, in the control page.
//
// Where: under the lock of heap_guard.c, also in the SIGSEGV handler.
#ifndef SELFHEAL_HEAP_GUARD_FINDINGS_H
#define SELFHEAL_HEAP_GUARD_FINDINGS_H

#include "heap.h"

struct finding {
    uint32_t kind; // enum sh_overflow_kind
    bool new_block; // this block has not been counted in a finding of this kind
    uint32_t stack; // of the allocation
    uint64_t size, allocation;
    int64_t first;
    uint64_t extent;
    const struct heap_caller *access; // state at the bad access, NULL where unknown
};
// Adds a finding, or widens the one of the same allocation stack and kind.
void findings_add(const struct finding *finding);

#endif
