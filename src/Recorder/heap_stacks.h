// The distinct allocation stacks of a guard run, numbered, with counts and sizes.
//
// Where: guard mode only, under its lock.
#ifndef SELFHEAL_HEAP_STACKS_H
#define SELFHEAL_HEAP_STACKS_H

#include "heap.h"

#define HEAP_STACK_FRAMES 16

struct heap_stack {
    uint64_t hash;
    uint64_t count, bytes, largest, smallest;
    uint32_t frame_count;
    uint32_t kind; // enum sh_alloc of the first
    uint64_t frames[HEAP_STACK_FRAMES]; // innermost first
};

bool heap_stacks_start(void);
// The number of the caller's stack, with this allocation counted. Stack 0 takes all that do not fit.
uint32_t heap_stacks_count(const struct heap_caller *caller, uint32_t kind, uint64_t size);
const struct heap_stack *heap_stacks_get(uint32_t number);
// Writes RUN/stacks.bin. Expected failures are ignored: the file is evidence, not needed for the run.
void heap_stacks_write(const char *path);

#endif
