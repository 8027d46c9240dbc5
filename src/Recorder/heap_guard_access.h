// How many bytes the instruction at pc reads or writes in memory.
//
// Where: heap_guard_fault.c, in the SIGSEGV handler.
#ifndef SELFHEAL_HEAP_GUARD_ACCESS_H
#define SELFHEAL_HEAP_GUARD_ACCESS_H

#include <stdint.h>

// 1 to 64. Right for moves, arithmetic, string and vector instructions; 8 where it cannot tell.
unsigned access_width(uint64_t pc);

#endif
