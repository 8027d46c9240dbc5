// The file system as the sandboxed program sees it: the same paths, but writes go to a private layer.
//
// Where: pid 1 of the sandbox, in its own mount namespace, before the program exists.
// How:   every mounted file system gets an overlay (lower: the real one, upper: a layer in the scratch
//        directory) below SCRATCH/root, which then becomes the root. Read-only ones are bound read-only,
//        /proc and /dev are new, /sys is bound read-only.
// Rules: the working directory is the scratch directory until the pivot, so that layers are named by short
//        relative paths. In a user namespace the kernel refuses an overlay over a directory with mounts
//        beneath it (they are locked): there a skeleton takes its place, a tmpfs with one overlay per entry.
#include "launch.h"
#include "launch_calls.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#ifndef XFS_SUPER_MAGIC // <linux/magic.h> has it since 5.4
#define XFS_SUPER_MAGIC 0x58465342
#endif

#define MAX_MOUNTS 512
struct mount {
    char *path;
    bool read_only;
};
static struct mount mounts[MAX_MOUNTS];
static int mount_count;
static int layer_count;
static bool user_namespace;
static const char *working_directory;

// ---------------------------------------------------------------- what is mounted

static char *read_whole(const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t size = 1 << 16, have = 0;
    char *text = malloc(size);
    for (;;) {
        ssize_t n = fd < 0 || text == NULL ? -1 : read(fd, text + have, size - have - 1);
        if (n < 0)
            launch_fail(LAUNCH_SETUP_FAILED, "cannot read %s: %s", path, strerror(errno));
        have += (size_t)n;
        if (n == 0)
            break;
        if (have == size - 1)
            text = realloc(text, size *= 2);
    }
    close(fd);
    text[have] = '\0';
    return text;
}

// Undoes the kernel's \040 for blanks, in place.
static void unescape(char *text) {
    char *to = text;
    for (; *text != '\0'; text++)
        if (text[0] == '\\' && text[1] >= '0' && text[1] <= '3' && text[2] && text[3]) {
            *to++ = (char)((text[1] - '0') * 64 + (text[2] - '0') * 8 + (text[3] - '0'));
            text += 3;
        } else {
            *to++ = *text;
        }
    *to = '\0';
}

// `path` is `directory` or lies beneath it.
static bool is_within(const char *path, const char *directory) {
    size_t n = strlen(directory);
    if (n == 1)
        return true;
    return strncmp(path, directory, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

static bool has_option(const char *options, const char *option) {
    size_t n = strlen(option);
    for (; options != NULL; options = strchr(options, ',') ? strchr(options, ',') + 1 : NULL)
        if (strncmp(options, option, n) == 0 && (options[n] == ',' || options[n] == '\0'))
            return true;
    return false;
}

static int by_path(const void *a, const void *b) {
    return strcmp(((const struct mount *)a)->path, ((const struct mount *)b)->path);
}

// Fills `mounts`, parents first, without /proc, /sys and /dev, which are made anew.
static void read_mounts(void) {
    char *line, *rest = read_whole("/proc/self/mountinfo");
    while ((line = strsep(&rest, "\n")) != NULL && *line != '\0') {
        char *field[6]; // id parent major:minor root path options
        for (int i = 0; i < 6; i++)
            field[i] = strsep(&line, " ");
        char *super = strstr(line, "- ");
        for (int i = 0; super != NULL && i < 4; i++)
            strsep(&super, " "); // "-", type, source; the super block's options stay
        unescape(field[4]);
        if (is_within(field[4], "/proc") || is_within(field[4], "/sys") || is_within(field[4], "/dev"))
            continue;
        bool read_only = has_option(field[5], "ro");
        int i = 0;
        while (i < mount_count && strcmp(mounts[i].path, field[4]) != 0)
            i++;
        if (i == MAX_MOUNTS)
            launch_fail(LAUNCH_SETUP_FAILED, "more than %d file systems are mounted", MAX_MOUNTS);
        mounts[i] = (struct mount){.path = field[4], .read_only = read_only}; // the last one hides the others
        if (i == mount_count)
            mount_count++;
    }
    qsort(mounts, (size_t)mount_count, sizeof mounts[0], by_path);
}

static bool has_mounts_beneath(const char *path) {
    const char *made[] = {"/proc", "/sys", "/dev"};
    for (size_t i = 0; i < 3; i++)
        if (strcmp(made[i], path) != 0 && is_within(made[i], path))
            return true;
    for (int i = 0; i < mount_count; i++)
        if (strcmp(mounts[i].path, path) != 0 && is_within(mounts[i].path, path))
            return true;
    return false;
}

// ---------------------------------------------------------------- showing a part of it

// The place of `path` in the new root, relative to the scratch directory.
static const char *in_root(const char *path) {
    static char target[PATH_MAX + 8];
    snprintf(target, sizeof target, "root%s", path);
    return target;
}

static void make_directories(const char *path) {
    char copy[PATH_MAX + 8];
    snprintf(copy, sizeof copy, "%s", path);
    for (char *slash = strchr(copy + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(copy, 0755);
        *slash = '/';
    }
    mkdir(copy, 0755);
}

static void escape_option(char *to, size_t size, const char *path) {
    size_t n = 0;
    for (; *path != '\0' && n + 3 < size; path++) {
        if (*path == ',' || *path == ':' || *path == '\\')
            to[n++] = '\\';
        to[n++] = *path;
    }
    to[n] = '\0';
}

static void copy_mode(const char *from, const char *to) {
    struct stat status;
    if (stat(from, &status) < 0)
        return;
    if (!user_namespace && chown(to, status.st_uid, status.st_gid) < 0)
        return;
    chmod(to, status.st_mode & 07777);
}

// Puts the directories that lead to `path` into the layer, each with the rights that we have in it.
static void prepare_directories(const char *lower, const char *upper, const char *path) {
    size_t skip = strcmp(lower, "/") == 0 ? 0 : strlen(lower);
    char part[PATH_MAX], made[PATH_MAX + 32];
    snprintf(part, sizeof part, "%s", path);
    for (char *end = part + skip; *end != '\0';) {
        end += 1 + strcspn(end + 1, "/");
        char rest = *end;
        *end = '\0';
        struct stat status;
        snprintf(made, sizeof made, "%s%s", upper, part + skip);
        if (lstat(part, &status) < 0 || !S_ISDIR(status.st_mode))
            return;
        if (mkdir(made, 0700) == 0) {
            mode_t mode = status.st_mode & 07077;
            mode |= (access(part, R_OK) == 0 ? 0400 : 0) | (access(part, W_OK) == 0 ? 0200 : 0)
                    | (access(part, X_OK) == 0 ? 0100 : 0);
            chmod(made, mode);
        }
        *end = rest;
    }
}

// In a user namespace overlayfs cannot copy up what belongs to a user who does not exist there (EOVERFLOW),
// so writing beneath a directory of root's fails, even in one of our own. Where a program is likely to
// write, the way there is put into the layer before.
static void prepare_likely(const char *lower, const char *upper) {
    const char *likely[] = {working_directory, getenv("HOME"), getenv("TMPDIR"), "/var/tmp",
                            "/var/lock",       "/run/lock",    "/var/mail",      "/var/spool/mail"};
    for (size_t i = 0; user_namespace && i < sizeof likely / sizeof likely[0]; i++) {
        char path[PATH_MAX];
        if (likely[i] != NULL && realpath(likely[i], path) != NULL && is_within(path, lower))
            prepare_directories(lower, upper, path);
    }
}

// overlayfs makes directories without any permission in `work`, which their owner then cannot remove.
static void open_work(const char *work) {
    static const char *const closed[] = {"work", "work/incompat", "work/incompat/volatile"};
    char path[PATH_MAX];
    for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", work, closed[i]);
        chmod(path, 0700);
    }
}

static int mount_overlay(const char *lower) {
    char name[16], upper[24], work[24], lower_option[PATH_MAX], options[PATH_MAX + 128];
    snprintf(name, sizeof name, "%d", layer_count);
    snprintf(upper, sizeof upper, "%d/upper", layer_count);
    snprintf(work, sizeof work, "%d/work", layer_count++);
    if ((mkdir(name, 0755) < 0 && errno != EEXIST) || (mkdir(upper, 0755) < 0 && errno != EEXIST)
        || (mkdir(work, 0755) < 0 && errno != EEXIST))
        launch_fail(LAUNCH_SETUP_FAILED, "cannot make the layer %s in the scratch directory: %s", name,
                    strerror(errno));
    // A scratch directory that is used again goes on with what was written; the mark of `volatile` forbids it.
    char mark[64];
    snprintf(mark, sizeof mark, "%s/work/incompat/volatile/dirty", work);
    unlink(mark);
    *strrchr(mark, '/') = '\0';
    rmdir(mark);
    copy_mode(lower, upper);
    prepare_likely(lower, upper);
    escape_option(lower_option, sizeof lower_option, lower);
    // volatile: nobody reads the layer after a crash, so the program's fsync need not wait for a disk.
    snprintf(options, sizeof options, "lowerdir=%s,upperdir=%s,workdir=%s,volatile,%s", lower_option, upper, work,
             user_namespace ? "userxattr" : "redirect_dir=on");
    int result = mount("selfheal", in_root(lower), "overlay", MS_NODEV, options);
    int error = errno;
    open_work(work);
    errno = error;
    return result;
}

// In a user namespace overlayfs marks what was removed by attributes that a tmpfs has since Linux 6.6.
static bool memory_holds_layers(const char *directory) {
    return !user_namespace || setxattr(directory, "user.selfheal", "", 0, 0) == 0;
}

// Goes to the scratch directory. Not every file system can hold a layer (overlay itself, as in a container,
// and network file systems cannot); memory can.
static void enter_scratch(const char *scratch, bool in_memory) {
    struct statfs system;
    if (statfs(scratch, &system) < 0)
        launch_fail(LAUNCH_SETUP_FAILED, "cannot use the scratch directory %s: %s", scratch, strerror(errno));
    unsigned long type = (unsigned long)system.f_type;
    bool holds_layers = type == EXT4_SUPER_MAGIC || type == XFS_SUPER_MAGIC || type == BTRFS_SUPER_MAGIC
                        || type == TMPFS_MAGIC;
    if (holds_layers && in_memory && mount("selfheal", scratch, "tmpfs", MS_NODEV, "mode=700") == 0
        && !memory_holds_layers(scratch))
        umount2(scratch, MNT_DETACH);
    if (!holds_layers && mount("selfheal", scratch, "tmpfs", MS_NODEV, "mode=700") < 0)
        launch_fail(LAUNCH_SETUP_FAILED, "the file system of %s cannot hold an overlay layer, and a tmpfs cannot be "
                    "mounted over it: %s", scratch, strerror(errno));
    if (chdir(scratch) < 0 || (mkdir("root", 0755) < 0 && errno != EEXIST))
        launch_fail(LAUNCH_SETUP_FAILED, "cannot use the scratch directory %s: %s", scratch, strerror(errno));
}

// Read-only, with whatever is mounted beneath if `recursive`.
static int show_read_only(const char *path, bool recursive) {
    int tree = tree_copy(path, recursive);
    if (tree < 0)
        return -1;
    int result = tree_make_read_only(tree, recursive);
    if (result == 0)
        result = tree_mount(tree, in_root(path));
    close(tree);
    return result;
}

static void show_skeleton_entry(const char *path, unsigned char type);

// Fills the directory `path` of a skeleton.
static void fill_skeleton(const char *path) {
    DIR *directory = opendir(path);
    if (directory == NULL)
        return; // not ours to read; what is mounted beneath still gets its mount point
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        char child[PATH_MAX];
        if (snprintf(child, sizeof child, "%s/%s", path[1] ? path : "", entry->d_name) < (int)sizeof child)
            show_skeleton_entry(child, entry->d_type);
    }
    closedir(directory);
}

static void show_skeleton_entry(const char *path, unsigned char type) {
    if (type == DT_LNK) {
        char link[PATH_MAX];
        ssize_t n = readlink(path, link, sizeof link - 1);
        link[n < 0 ? 0 : n] = '\0';
        if (symlink(link, in_root(path)) < 0)
            return;
    } else if (type == DT_DIR) {
        mkdir(in_root(path), 0755);
        copy_mode(path, in_root(path));
        for (int i = 0; i < mount_count; i++)
            if (strcmp(mounts[i].path, path) == 0)
                return; // its own turn comes
        if (strcmp(path, "/proc") == 0 || strcmp(path, "/sys") == 0 || strcmp(path, "/dev") == 0)
            return;
        if (has_mounts_beneath(path))
            fill_skeleton(path);
        else if (mount_overlay(path) < 0)
            show_read_only(path, false);
    } else if (type == DT_REG) {
        int fd = open(in_root(path), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
        if (fd >= 0)
            close(fd);
        show_read_only(path, false);
    }
}

static void show_mount(const struct mount *at) {
    make_directories(in_root(at->path));
    struct stat status;
    if (stat(at->path, &status) < 0)
        return; // not ours to see; the program sees an empty directory
    if (!S_ISDIR(status.st_mode)) { // a file bound over another one, as /etc/hosts in a container
        int fd = open(in_root(at->path), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
        if (fd >= 0)
            close(fd);
        show_read_only(at->path, false);
    } else if (at->read_only) {
        show_read_only(at->path, user_namespace && has_mounts_beneath(at->path));
    } else if (user_namespace && has_mounts_beneath(at->path)) {
        if (mount("selfheal", in_root(at->path), "tmpfs", MS_NODEV, "mode=755") < 0)
            launch_fail(LAUNCH_SETUP_FAILED, "cannot mount a tmpfs for %s: %s", at->path, strerror(errno));
        copy_mode(at->path, in_root(at->path));
        fill_skeleton(at->path);
    } else if (mount_overlay(at->path) < 0) {
        int error = errno;
        if (strcmp(at->path, "/") == 0)
            launch_fail(LAUNCH_SETUP_FAILED, "cannot lay a private layer over /: mounting overlayfs: %s%s",
                        strerror(error), error == ENODEV ? " (the kernel has no overlayfs: modprobe overlay)" : "");
        show_read_only(at->path, false);
    }
}

// ---------------------------------------------------------------- /proc, /dev, /sys

static void make_proc(void) {
    // What acts on the machine rather than on processes.
    static const char *const machine[] = {"/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus", "/proc/fs",
                                          "/proc/acpi", "/proc/scsi"};
    mkdir(in_root("/proc"), 0555);
    if (mount("proc", in_root("/proc"), "proc", MS_NODEV | MS_NOSUID | MS_NOEXEC, NULL) < 0)
        launch_fail(LAUNCH_SETUP_FAILED, "cannot mount a new /proc: %s%s", strerror(errno),
                    errno == EPERM ? " (in a container, parts of /proc are hidden: run with systempaths=unconfined)"
                                   : "");
    for (size_t i = 0; i < sizeof machine / sizeof machine[0]; i++) {
        const char *path = in_root(machine[i]);
        if (mount(path, path, NULL, MS_BIND, NULL) == 0
            && mount(NULL, path, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NODEV | MS_NOSUID | MS_NOEXEC, NULL) < 0)
            launch_fail(LAUNCH_SETUP_FAILED, "cannot make %s read-only: %s", machine[i], strerror(errno));
    }
}

static void bind_device(const char *from, const char *to) {
    int fd = open(in_root(to), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd >= 0)
        close(fd);
    if (mount(from, in_root(to), NULL, MS_BIND, NULL) < 0)
        unlink(in_root(to));
}

static void make_dev(void) {
    static const char *const devices[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom",
                                          "/dev/tty"};
    static const char *const links[][2] = {
        {"/proc/self/fd", "/dev/fd"},     {"/proc/self/fd/0", "/dev/stdin"}, {"/proc/self/fd/1", "/dev/stdout"},
        {"/proc/self/fd/2", "/dev/stderr"}, {"pts/ptmx", "/dev/ptmx"},
    };
    mkdir(in_root("/dev"), 0755);
    if (mount("selfheal", in_root("/dev"), "tmpfs", MS_NOSUID, "mode=755") < 0)
        launch_fail(LAUNCH_SETUP_FAILED, "cannot mount a new /dev: %s", strerror(errno));
    for (size_t i = 0; i < sizeof devices / sizeof devices[0]; i++)
        bind_device(devices[i], devices[i]);
    // ttyname() finds a terminal of the outside under this name, and nowhere else.
    char terminal[PATH_MAX];
    ssize_t n = isatty(0) ? readlink("/proc/self/fd/0", terminal, sizeof terminal - 1) : -1;
    if (n > 0) {
        terminal[n] = '\0';
        bind_device(terminal, "/dev/console");
    }
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++)
        if (symlink(links[i][0], in_root(links[i][1])) < 0)
            launch_fail(LAUNCH_SETUP_FAILED, "cannot make %s: %s", links[i][1], strerror(errno));
    mkdir(in_root("/dev/pts"), 0755);
    mount("devpts", in_root("/dev/pts"), "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620");
    mkdir(in_root("/dev/shm"), 01777);
    chmod(in_root("/dev/shm"), 01777);
    mount("selfheal", in_root("/dev/shm"), "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");
    mkdir(in_root("/dev/mqueue"), 01777);
    mount("mqueue", in_root("/dev/mqueue"), "mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

// ---------------------------------------------------------------- the whole

// The real trees of --bind and --rw, taken before the view changes.
static void open_binds(struct launch_options *options) {
    for (int i = 0; i < options->bind_count; i++) {
        struct launch_bind *bind = &options->binds[i];
        bind->tree = tree_copy(bind->source, true);
        if (bind->tree < 0 && !bind->keep)
            launch_fail(LAUNCH_SETUP_FAILED, "cannot bind %s: %s", bind->source, strerror(errno));
    }
}

static void place_binds(const struct launch_options *options) {
    for (int i = 0; i < options->bind_count; i++) {
        const struct launch_bind *bind = &options->binds[i];
        struct stat source, target;
        if (bind->tree < 0)
            continue;
        fstat(bind->tree, &source);
        if (stat(bind->target, &target) < 0) {
            char parent[PATH_MAX];
            snprintf(parent, sizeof parent, "%s", bind->target);
            if (S_ISDIR(source.st_mode)) {
                make_directories(bind->target);
            } else {
                *strrchr(parent, '/') = '\0';
                if (parent[0] != '\0')
                    make_directories(parent);
                int fd = open(bind->target, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
                if (fd >= 0)
                    close(fd);
            }
        }
        if (tree_mount(bind->tree, bind->target) < 0)
            launch_fail(LAUNCH_SETUP_FAILED, "cannot show %s at %s: %s", bind->source, bind->target,
                        errno == ENOTDIR ? "one is a directory, the other is not" : strerror(errno));
        const unsigned long read_only[4] = {1 /* MOUNT_ATTR_RDONLY */}; // struct mount_attr
        if (bind->keep && syscall(442 /* mount_setattr */, bind->tree, "", AT_EMPTY_PATH, read_only, sizeof read_only) < 0)
            launch_fail(LAUNCH_SETUP_FAILED, "cannot make %s read-only: %s", bind->target, strerror(errno));
        close(bind->tree);
    }
}

void launch_view(struct launch_options *options, const char *scratch, const char *cwd, bool in_user_namespace) {
    user_namespace = in_user_namespace;
    working_directory = cwd;
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        launch_fail(LAUNCH_SETUP_FAILED, "the kernel or its security module denies mounts here: %s%s", strerror(errno),
                    user_namespace ? " (sysctl kernel.apparmor_restrict_unprivileged_userns=0 may allow it; or run as "
                                     "root, or use --no-sandbox)" : "");
    open_binds(options);
    read_mounts();
    enter_scratch(scratch, options->in_memory);
    for (int i = 0; i < mount_count; i++)
        show_mount(&mounts[i]);
    make_directories(in_root("/sys"));
    if (show_read_only("/sys", true) < 0)
        launch_fail(LAUNCH_SETUP_FAILED, "cannot show /sys read-only: %s", strerror(errno));
    make_proc();
    make_dev();
    // The layers themselves are no part of the view.
    mount("selfheal", in_root(scratch), "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=64k");
    if (chdir("root") < 0 || syscall(SYS_pivot_root, ".", ".") < 0 || umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
        launch_fail(LAUNCH_SETUP_FAILED, "cannot make the private view the root: %s", strerror(errno));
    place_binds(options);
}
