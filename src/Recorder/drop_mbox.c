// Mailbox files: a private copy without the bad messages stands in for one that is opened for reading.
//
// Where: in the hook, behind an open, with the baton.
// Rules: only files that begin as a mailbox does, and only for reading: who writes to a mailbox must see all of it.
//        So a program that has a copy may append to the mailbox, but not open it for other changes: it knows places
//        of messages that are elsewhere in the file.
#include "drop_mbox.h"

#include "drop.h"
#include "fatal.h"
#include "os.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#define COPIED_MAX 64
#define FILE_MAX (1ul << 30) // bytes; larger ones pass
#define FIRST_LINE "From "

static struct { uint64_t device, inode; } copied[COPIED_MAX]; // mailboxes that the program has a copy of
static unsigned copied_count;

static void say(const char *what) {
    static bool said;
    if (!said) complain(what);
    said = true;
}

// A file in memory, opened as `flags` say, but for reading, with the pieces of `from` that are not left out.
static int copy_without(int from, const struct stat *info, uint64_t flags, const struct mbox_range *left_out, size_t count) {
    char path[32];
    int copy = (int)OS2(SYS_memfd_create, "selfheal-mailbox", 1 /* MFD_CLOEXEC */);
    if (copy < 0) return copy;
    uint64_t at = 0, size = (uint64_t)info->st_size;
    for (size_t i = 0; i <= count; i++) {
        uint64_t until = i < count && left_out[i].at < size ? left_out[i].at : size;
        while (at < until) {
            long n = OS4(SYS_sendfile, copy, from, &at, until - at);
            if (n <= 0) break;
        }
        if (i < count) at = left_out[i].at + left_out[i].size;
    }
    struct timespec times[2] = {info->st_atim, info->st_mtim};
    OS2(SYS_fchmod, copy, info->st_mode & 07777);
    OS3(SYS_fchown, copy, info->st_uid, info->st_gid);
    OS4(SYS_utimensat, copy, 0, times, 0);
    os_format(path, sizeof path, "/proc/self/fd/%d", (int64_t)copy);
    int opened = os_open(path, (int)(flags & (O_CLOEXEC | O_NONBLOCK)), 0);
    os_close(copy);
    return opened;
}

int drop_mbox_again(int fd, uint64_t flags, const struct mbox_range *left_out, size_t count) {
    struct stat info;
    long failed = OS2(SYS_fstat, fd, &info);
    int copy = failed ? (int)failed : copy_without(fd, &info, flags, left_out, count);
    os_close(fd);
    return copy;
}

// The entry for this open, if mailboxes are what it is about.
static bool looks_at_mailboxes(const struct stack_entry *here) {
    if (!here->frame_count && !drop_table->anywhere_count) return false;
    uint64_t drop = here->frame_count ? here->amount : drop_table->anywhere[0].amount;
    return drop_table->text->drops[drop].framing.kind == FRAMING_MBOX;
}

// The bad messages among `size` bytes; counted, if they are really left out.
static unsigned find_bad(const struct stack_entry *here, const uint8_t *bytes, size_t size, bool leaves_out, struct mbox_range *bad) {
    static const struct framing framing = {.kind = FRAMING_MBOX};
    unsigned count = 0;
    uint64_t message;
    for (size_t at = 0; at < size && count < MBOX_DROPS_MAX; at += message) {
        struct framing_state state = {0};
        message = size - at;
        if (framing_cut(&framing, &state, bytes + at, size - at, true, &message) != FRAMING_COMPLETE) break;
        const struct stack_entry *e = drop_guilty(here->frame_count ? here : NULL, bytes + at, message);
        if (!e) continue;
        if (leaves_out) drop_count(e, bytes + at, message);
        bad[count++] = (struct mbox_range){at, message};
    }
    return count;
}

static unsigned find_bad_in(const struct stack_entry *here, int fd, size_t size, bool leaves_out, struct mbox_range *bad) {
    uint8_t *bytes = os_map(size);
    size_t done = 0;
    for (long n = 1; bytes && done < size && n > 0; done += n > 0 ? (size_t)n : 0) n = OS4(SYS_pread64, fd, bytes + done, size - done, done);
    unsigned count = bytes ? find_bad(here, bytes, done, leaves_out, bad) : 0;
    if (bytes) os_unmap(bytes, size);
    return count;
}

static void remember(const struct stat *info) {
    for (unsigned i = 0; i < copied_count && i < COPIED_MAX; i++)
        if (copied[i].device == info->st_dev && copied[i].inode == info->st_ino) return;
    copied[copied_count % COPIED_MAX].device = info->st_dev;
    copied[copied_count++ % COPIED_MAX].inode = info->st_ino;
}

unsigned drop_mbox_opened(const struct call *c, int fd, uint64_t flags, struct mbox_range left_out[MBOX_DROPS_MAX]) {
    struct stat info;
    char start[sizeof FIRST_LINE];
    bool writes = (flags & O_ACCMODE) != O_RDONLY;
    if ((flags & (O_PATH | O_TRUNC | O_DIRECTORY)) || (flags & O_ACCMODE) == O_WRONLY) return 0;
    struct stack_entry here = drop_entry(c);
    if (!looks_at_mailboxes(&here) || OS2(SYS_fstat, fd, &info) || !S_ISREG(info.st_mode) || info.st_size > (int64_t)FILE_MAX) return 0;
    if (OS4(SYS_pread64, fd, start, sizeof start - 1, 0) != sizeof start - 1 || os_compare(start, FIRST_LINE, sizeof start - 1)) return 0;
    unsigned count = find_bad_in(&here, fd, (size_t)info.st_size, !writes, left_out);
    if (count && writes) say("a mailbox is opened for writing: the patch cannot drop its bad messages there");
    if (!count || writes) return 0;
    int copy = copy_without(fd, &info, flags, left_out, count);
    if (copy < 0) return 0;
    OS3(SYS_dup3, copy, fd, flags & O_CLOEXEC);
    os_close(copy);
    remember(&info);
    return count;
}

bool drop_mbox_protects(int directory, const char *path, uint64_t flags) {
    struct stat info;
    bool appends = (flags & O_ACCMODE) == O_WRONLY && (flags & O_APPEND) && !(flags & O_TRUNC);
    if (!copied_count || (flags & O_ACCMODE) == O_RDONLY || appends || OS4(SYS_newfstatat, directory, path, &info, 0)) return false;
    for (unsigned i = 0; i < copied_count && i < COPIED_MAX; i++)
        if (copied[i].device == info.st_dev && copied[i].inode == info.st_ino) {
            say("a mailbox cannot be written while the patch drops messages of it");
            return true;
        }
    return false;
}
