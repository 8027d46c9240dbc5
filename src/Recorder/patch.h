// The environment patch in force: read, resolved to addresses, re-read live.
//
// Where: entry.c at start; patch_poll at events; patch_modules_changed when a library is mapped.
#ifndef SELFHEAL_PATCH_H
#define SELFHEAL_PATCH_H

// Reads the patch at `path` (absolute) and puts it in force; the path is kept for patch_poll. 0, -ENOENT
// when there is no such file (no patch, not an error), or another negative errno: refused, the old patch
// stays in force and control->patch_text says why.
int patch_load(const char *path);
// Re-reads the patch if control->patch_generation has changed since. A load and a compare otherwise.
void patch_poll(void);
// Resolves the patch again, after modules_add_mapped or modules_remove.
void patch_modules_changed(void);
// In a forked child: it may still pad, but leaves the control page to its parent.
void patch_after_fork_child(void);

#endif
