// Guard mode: each allocation ends before memory without access, so that the first byte of an overflow is
// seen, with its stack, and how far it goes is measured. For diagnosis replays.
//
// Where: heap.c allocates and frees through it; the SIGSEGV handler and the hooks of system calls ask it.
#ifndef SELFHEAL_HEAP_GUARD_H
#define SELFHEAL_HEAP_GUARD_H

#include "heap.h"

struct guard_request {
    struct heap_caller caller;
    uint64_t number; // index of the allocation
    uint32_t kind;   // enum sh_alloc
    size_t asked;    // by the program
    size_t size;     // with the pad
    size_t alignment; // a power of two
    void *real;       // what the program's own allocator has given for it: freed together with the block
};

// Turns guard mode on for all allocations from here on. RUN/stacks.bin is written under run_dir at the end.
// False: no memory.
bool guard_start(const char *run_dir);
// A guarded block, with the content that calloc gives if kind is that; request->real itself where it cannot be
// guarded.
void *guard_allocate(const struct guard_request *request);
// realloc for guarded and other blocks alike; calls the program's own realloc (request->real is not used).
void *guard_reallocate(const struct guard_request *request, void *old);
// Takes a block back; what it returns is to be freed by the program's own allocator. NULL: a block that has
// been freed already.
void *guard_free(void *block);
bool guard_usable_size(void *block, size_t *size);

// In the recorder's SIGSEGV and SIGBUS handler, before anything else. True: it was an overflow of a guarded
// block; it is recorded, the memory is made accessible, return from the handler and the program goes on.
bool guard_fault(int signo, void *siginfo, void *ucontext);
// The kernel gives EFAULT, or stops short, where the program's own access would fault. Call it before a
// system call reads (write == false) or writes memory at [address, address+size) on the program's behalf:
// it records an overflow and makes the memory accessible. Cheap for memory that is not guarded.
void guard_touch(uint64_t address, uint64_t size, bool write, const struct heap_caller *caller);
// At the program's end, at its failure, and before exec: checks all blocks, completes the findings in the
// control page, writes RUN/stacks.bin. Only the first call does anything.
void guard_finish(void);
void guard_after_fork_child(void);

#endif
