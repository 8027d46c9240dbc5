// Remembers the sites of a module by build-id, so that a start scans nothing.
#ifndef SELFHEAL_SITE_CACHE_H
#define SELFHEAL_SITE_CACHE_H

#include "site_scan.h"

// Where the cache lies: XDG_CACHE_HOME or HOME of the environment; without either there is none.
void site_cache_start(char **environment);
// Fills `sites` from the cache and gives their number; -1: not there, not readable, or not of this module.
int site_cache_find(const struct module *m, struct site *sites, unsigned max);
// Stores them; a cache that cannot be written is no error.
void site_cache_store(const struct module *m, const struct site *sites, unsigned count);

#endif
