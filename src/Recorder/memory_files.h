// Files that a replay which may touch nothing has made in memory, by the paths that the program knows them by.
#ifndef SELFHEAL_MEMORY_FILES_H
#define SELFHEAL_MEMORY_FILES_H

#include <stdint.h>

// The program has opened `path`, below `directory` where it is relative, for writing: `fd` is its copy in memory.
void memory_files_add(int directory, const char *path, int fd);
// Opens it again; -1: it was not made in memory.
int memory_files_open(int directory, const char *path, uint64_t flags);
// The recorded run has made system call `nr`, by which what was made in memory would have got another name, one more,
// or lost its own.
void memory_files_named(unsigned nr, const uint64_t *args);

#endif
