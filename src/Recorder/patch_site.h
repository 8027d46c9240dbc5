// Replaces instructions in place by jumps to stubs near the module.
#ifndef SELFHEAL_PATCH_SITE_H
#define SELFHEAL_PATCH_SITE_H

#include "site_scan.h"

// Rewrites the sites of `m`. No thread may be executing in its text. 0 or a negative errno; what cannot be
// rewritten traps, and both are counted in the control page.
int patch_module(const struct module *m, const struct site *sites, unsigned count);
// Makes the function at `address` (in `m`) jump to `replacement`. Returns a function that behaves like the
// original one, or NULL when its first instructions cannot be moved (nothing is changed then).
void *patch_function(const struct module *m, uint64_t address, void *replacement);
// Makes what was patched executable again: to be called behind the last of several calls of the two above, and
// before any of that code runs. 0 or a negative errno.
int patch_close(void);
// Puts the trapping instructions back: the recorder is done with this process.
void patch_restore_traps(void);
// The stub to continue in after a trap at pc, 0 if no site of ours is there.
uint64_t patch_trap_stub(uint64_t pc);

#endif
