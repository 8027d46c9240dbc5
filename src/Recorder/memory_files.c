// Files in memory, by path.
//
// Where: in the hook, in a replay without SH_FLAG_PERFORM.
// Why:   what a program writes, renames and maps again must be there although nothing is written.
// Rules: paths are compared as text, absolute and without "." and empty parts; of more than FILES_MAX files the oldest
//        are forgotten. A link to a file outside keeps the outside path.
#include "memory_files.h"

#include "fds.h"
#include "os.h"

#include <fcntl.h>
#include <sys/syscall.h>

#define FILES_MAX 256
#define PATH_BYTES 1024

struct memory_file {
    int fd;                   // far away; -1: a name for `outside`
    char path[PATH_BYTES];    // "": free
    char outside[PATH_BYTES];
};
static struct memory_file *files;
static unsigned next_free;

// Joins without "." and empty parts; false: too long.
static bool absolute(int directory, const char *path, char to[PATH_BYTES]) {
    size_t used = 0;
    if (*path != '/') {
        char link[64];
        os_format(link, sizeof link, "/proc/self/fd/%d", (int64_t)directory);
        long n = directory == AT_FDCWD ? OS2(SYS_getcwd, to, PATH_BYTES) : OS3(SYS_readlink, link, to, PATH_BYTES - 1);
        if (n <= 0) return false;
        used = directory == AT_FDCWD ? (size_t)n - 1 : (size_t)n;
    }
    while (*path) {
        while (*path == '/' || (*path == '.' && (path[1] == '/' || !path[1]))) path++;
        size_t part = 0;
        while (path[part] && path[part] != '/') part++;
        if (!part) break;
        if (used + part + 2 > PATH_BYTES) return false;
        to[used++] = '/';
        os_copy(to + used, path, part);
        used += part;
        path += part;
    }
    to[used] = 0;
    return true;
}

static struct memory_file *find(const char *path) {
    for (unsigned i = 0; files && i < FILES_MAX; i++)
        if (files[i].path[0] && os_equal(files[i].path, path)) return &files[i];
    return NULL;
}

static void forget(struct memory_file *f) {
    if (!f || !f->path[0]) return;
    if (f->fd >= 0) os_close(f->fd);
    f->path[0] = 0;
}

static struct memory_file *fresh(const char *path) {
    if (!files) files = os_map(FILES_MAX * sizeof *files);
    if (!files) return NULL;
    forget(find(path));
    struct memory_file *f = &files[next_free++ % FILES_MAX];
    forget(f);
    f->fd = -1;
    f->outside[0] = 0;
    os_copy(f->path, path, os_length(path) + 1);
    return f;
}

void memory_files_add(int directory, const char *path, int fd) {
    char whole[PATH_BYTES];
    long copy = absolute(directory, path, whole) ? OS3(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 0) : -1;
    struct memory_file *f = copy >= 0 ? fresh(whole) : NULL;
    if (f) f->fd = fds_far((int)copy);
}

int memory_files_open(int directory, const char *path, uint64_t flags) {
    char whole[PATH_BYTES], link[64];
    const struct memory_file *f = files && absolute(directory, path, whole) ? find(whole) : NULL;
    if (!f) return -1;
    uint64_t kept = flags & (O_ACCMODE | O_TRUNC | O_APPEND | O_CLOEXEC | O_NONBLOCK);
    if (f->fd < 0) return (flags & O_ACCMODE) == O_RDONLY ? os_open(f->outside, (int)kept, 0) : -1;
    os_format(link, sizeof link, "/proc/self/fd/%d", (int64_t)f->fd);
    int fd = os_open(link, (int)kept, 0);
    return fd < 0 ? -1 : fd;
}

static void link_to(int from_directory, const char *from, int to_directory, const char *to) {
    char old[PATH_BYTES], name[PATH_BYTES];
    if (!absolute(from_directory, from, old) || !absolute(to_directory, to, name)) return;
    const struct memory_file *known = find(old);
    long copy = known && known->fd >= 0 ? OS3(SYS_fcntl, known->fd, F_DUPFD_CLOEXEC, 0) : -1;
    const char *outside = known && known->fd < 0 ? known->outside : old;
    char kept[PATH_BYTES]; // `known` may be forgotten by what follows
    os_copy(kept, outside, os_length(outside) + 1);
    struct memory_file *f = fresh(name);
    if (!f) return;
    if (copy >= 0) f->fd = fds_far((int)copy);
    else os_copy(f->outside, kept, os_length(kept) + 1);
}

static void remove_name(int directory, const char *path) {
    char whole[PATH_BYTES];
    if (files && absolute(directory, path, whole)) forget(find(whole));
}

static void rename_to(int from_directory, const char *from, int to_directory, const char *to) {
    link_to(from_directory, from, to_directory, to);
    remove_name(from_directory, from);
}

void memory_files_named(unsigned nr, const uint64_t *a) {
    switch (nr) {
    case SYS_rename: rename_to(AT_FDCWD, (const char *)a[0], AT_FDCWD, (const char *)a[1]); break;
    case SYS_renameat: case SYS_renameat2: rename_to((int)a[0], (const char *)a[1], (int)a[2], (const char *)a[3]); break;
    case SYS_link: link_to(AT_FDCWD, (const char *)a[0], AT_FDCWD, (const char *)a[1]); break;
    case SYS_linkat: link_to((int)a[0], (const char *)a[1], (int)a[2], (const char *)a[3]); break;
    case SYS_unlink: remove_name(AT_FDCWD, (const char *)a[0]); break;
    case SYS_unlinkat: remove_name((int)a[0], (const char *)a[1]); break;
    default: break;
    }
}
