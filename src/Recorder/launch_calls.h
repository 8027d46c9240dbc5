// System calls that not every libc has a function for: glibc before 2.36, musl.
#ifndef SELFHEAL_LAUNCH_CALLS_H
#define SELFHEAL_LAUNCH_CALLS_H

#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

// the numbers are the same on every architecture
enum { CALL_OPEN_TREE = 428, CALL_MOVE_MOUNT = 429, CALL_PIDFD_OPEN = 434, CALL_CLOSE_RANGE = 436,
       CALL_MOUNT_SETATTR = 442 };
enum { TREE_CLONE = 1, TREE_CLOEXEC = 02000000, TREE_RECURSIVE = 0x8000, TREE_EMPTY_PATH = 0x1000,
       TREE_MOVE_EMPTY_PATH = 4 };
struct tree_attributes {
    uint64_t set, clear, propagation, user_namespace;
};
enum { TREE_READ_ONLY = 1 };

// A detached copy of what is mounted at `path`; a descriptor or -1.
static inline int tree_copy(const char *path, int recursive) {
    return (int)syscall(CALL_OPEN_TREE, -100, path, TREE_CLONE | TREE_CLOEXEC | (recursive ? TREE_RECURSIVE : 0));
}
static inline int tree_make_read_only(int tree, int recursive) {
    struct tree_attributes attributes = {.set = TREE_READ_ONLY};
    return (int)syscall(CALL_MOUNT_SETATTR, tree, "", TREE_EMPTY_PATH | (recursive ? TREE_RECURSIVE : 0), &attributes,
                        sizeof attributes);
}
static inline int tree_mount(int tree, const char *path) {
    return (int)syscall(CALL_MOVE_MOUNT, tree, "", -100, path, TREE_MOVE_EMPTY_PATH);
}
// Closes descriptors from `first` to `last`.
static inline int close_from_to(unsigned first, unsigned last) {
    return (int)syscall(CALL_CLOSE_RANGE, first, last, 0);
}
static inline int pidfd_of(pid_t pid) { return (int)syscall(CALL_PIDFD_OPEN, pid, 0); }

#endif
