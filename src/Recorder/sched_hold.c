// The hold table: for how many places a call stack holds its thread.
//
// Where: at places, by the thread that runs; sched_hold_replace by whichever thread reads the new patch.
#include "sched_hold.h"

#include "os.h"

#include <stddef.h>

HOT_DATA uint8_t sched_holds;
HOT_DATA struct stack_tables sched_hold_tables;

void sched_hold_replace(const struct stack_entry *entries, unsigned count) {
    if (count)
        stack_tables_replace(&sched_hold_tables, entries, count);
    __atomic_store_n(&sched_holds, count != 0, __ATOMIC_RELEASE);
}

HOT unsigned sched_hold_places(uint64_t pc, uint64_t sp, uint64_t bp) {
    const struct stack_entry *e = stack_tables_find(&sched_hold_tables, pc, sp, bp);
    if (!e)
        return 0;
    stack_entry_hit(e);
    return (unsigned)e->amount;
}
