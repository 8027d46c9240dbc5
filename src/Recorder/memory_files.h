// Files that a replay which may touch nothing has made in memory, by the paths that the program knows them by.
#ifndef SELFHEAL_MEMORY_FILES_H
#define SELFHEAL_MEMORY_FILES_H

#include <stdint.h>

// The program has opened `path`, below `directory` where it is relative, for writing: `fd` is its copy in memory.
void memory_files_add(int directory, const char *path, int fd);
// Opens it again; -1: it was not made in memory.
int memory_files_open(int directory, const char *path, uint64_t flags);
// It would have got another name, one more, or lost its own.
void memory_files_rename(int from_directory, const char *from, int to_directory, const char *to);
void memory_files_link(int from_directory, const char *from, int to_directory, const char *to);
void memory_files_remove(int directory, const char *path);

#endif
