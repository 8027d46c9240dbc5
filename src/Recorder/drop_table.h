// The drops in force: which requests, read where, never arrive.
//
// Where: read by drop.c, with the baton; drop_replace from patch.c.
#ifndef SELFHEAL_DROP_TABLE_H
#define SELFHEAL_DROP_TABLE_H

#include "patch_parse.h"
#include "stack_table.h"

struct drop_table {
    const struct patch_text *text; // framings and patterns; an entry's amount is the index of its drop there
    struct stack_tables keyed;     // by the call stack of the read
    struct stack_entry anywhere[PATCH_DROPS]; // those of any read
    unsigned anywhere_count;
};
extern struct drop_table *drop_table; // there while `drops` is set
extern uint8_t drops; // 1: there is one

// Puts the drops of a patch in force; of `entries`, those whose modules are loaded, the expired ones are left out.
// False: no memory.
bool drop_replace(const struct patch_text *text, const struct stack_entry *entries, unsigned count);

#endif
