// Blocks of the program's own allocator with canaries around them: where guard mode has run out of slots.
//
// Where: under the lock of heap_guard.c, where nothing else is said.
#ifndef SELFHEAL_HEAP_GUARD_REDZONE_H
#define SELFHEAL_HEAP_GUARD_REDZONE_H

#include "heap_guard.h"

struct redzone {
    struct redzone *next, *previous;
    uint64_t size, asked, allocation;
    uint64_t stack;
    uint64_t magic;  // derived from its own address
    uint64_t canary; // directly before the block
};
_Static_assert(sizeof(struct redzone) == 64, "keeps the block's alignment of 16");
#define REDZONE_BACK 64ul // canary bytes behind a block

// Memory from the program's own allocator for such a block; NULL if that has none, or the alignment is
// beyond 16. Without the lock: the real allocator may make system calls, and those deliver signals.
void *redzone_memory(const struct guard_request *request);
// Makes a block of it and puts it on the list.
void *redzone_link(void *memory, const struct guard_request *request, uint32_t stack);
// The header of a block that redzone_link returned, else NULL.
struct redzone *redzone_find(void *block);
// Checks it and takes it off the list; the caller frees the header, without the lock.
void redzone_unlink(struct redzone *zone);
void redzone_check_all(void);

#endif
