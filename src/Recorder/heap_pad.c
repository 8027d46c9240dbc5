// The pad table: what an allocation whose call stack is in the patch asks for.
//
// Where: on the path of each allocation while a patch is in force, in any thread.
#include "heap_pad.h"

struct stack_tables heap_pads;

void heap_pad_replace(const struct stack_entry *entries, unsigned count) {
    if (count == 0) {
        heap_slow_clear(HEAP_SLOW_PAD);
        return;
    }
    stack_tables_replace(&heap_pads, entries, count);
    heap_slow_set(HEAP_SLOW_PAD);
}

size_t heap_pad_size(const struct heap_caller *caller, size_t size) {
    const struct stack_entry *e = stack_tables_find(&heap_pads, caller->pc, caller->sp, caller->bp);
    size_t padded;
    if (e)
        stack_entry_hit(e);
    if (!e || __builtin_add_overflow(size, size > e->amount ? size : e->amount, &padded) || padded > PTRDIFF_MAX)
        return size;
    return padded;
}
