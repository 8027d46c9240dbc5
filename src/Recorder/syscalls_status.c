// stat and its kin: what a file is called, for a program that compares it with what it saw before.
//
// Where: in the hook.
// How:   a replay that performs has other files than the recorded run: with other numbers (device, inode). What the
//        program was told of a file from the log is said of the same file once the replay is live.
#include "control.h"
#include "os.h"
#include "syscalls.h"
#include "syscalls_status.h"

#include <sys/stat.h>
#include <sys/syscall.h>

#define FILES_MAX 4096 // a power of two; of more files only the first are known

struct id {
    uint64_t device, inode;
};
static struct known {
    struct id real, told; // real.inode 0: none
} *files;
static unsigned files_count;

// The place of a file, or the empty one where it belongs.
static struct known *find(struct id real) {
    uint64_t at = (real.inode * 0x9e3779b97f4a7c15ull + real.device) >> 16;
    while (files[at % FILES_MAX].real.inode && (files[at % FILES_MAX].real.inode != real.inode || files[at % FILES_MAX].real.device != real.device)) at++;
    return &files[at % FILES_MAX];
}

static void remember(struct id real, struct id told) {
    if (!files && !(files = os_map(FILES_MAX * sizeof *files))) return;
    struct known *k = find(real);
    if (!k->real.inode && files_count == FILES_MAX / 2) return;
    files_count += !k->real.inode;
    *k = (struct known){real, told};
}

// statx has its device in two numbers of 32 bits.
#define STATX_INODE 32
#define STATX_DEVICE 136

static struct id id_in(const struct call *c, const uint8_t *status) {
    struct id id;
    bool is_statx = c->nr == SYS_statx;
    os_copy(&id.device, status + (is_statx ? STATX_DEVICE : offsetof(struct stat, st_dev)), 8);
    os_copy(&id.inode, status + (is_statx ? STATX_INODE : offsetof(struct stat, st_ino)), 8);
    if (is_statx) { // as the other calls give it: minor 0-7 and 20-31, major 8-19
        uint64_t major = id.device & 0xffffffff, minor = id.device >> 32;
        id.device = (minor & 0xff) | major << 8 | (minor & ~0xffull) << 12;
    }
    return id;
}

static void put_id(const struct call *c, uint8_t *status, struct id id) {
    bool is_statx = c->nr == SYS_statx;
    uint32_t numbers[2] = {(uint32_t)(id.device >> 8 & 0xfff), (uint32_t)((id.device & 0xff) | (id.device >> 12 & ~0xffull))};
    os_copy(status + (is_statx ? STATX_INODE : offsetof(struct stat, st_ino)), &id.inode, 8);
    if (is_statx) os_copy(status + STATX_DEVICE, numbers, 8);
    else os_copy(status + offsetof(struct stat, st_dev), &id.device, 8);
}

static unsigned status_argument(const struct call *c) {
    return c->nr == SYS_statx ? 4 : c->nr == SYS_newfstatat ? 2 : 1;
}

void status_tell_as(const struct stat *real, const struct stat *told) {
    remember((struct id){real->st_dev, real->st_ino}, (struct id){told->st_dev, told->st_ino});
}

int call_status(struct call *c) {
    bool replays = run_mode == RUN_REPLAY;
    uint8_t real[256] = {0}, *told = (uint8_t *)c->args[status_argument(c)];
    if (!replays && files) {
        int again = call_perform_until_done(c);
        if (again >= 0) return again;
        const struct known *k = c->result < 0 ? NULL : find(id_in(c, told));
        if (k && k->real.inode) put_id(c, told, k->told);
        c->performed = true;
    }
    int action = call_generic(c);
    if (replays && run_mode == RUN_REPLAY && action == INTERCEPT_RETURN && c->result >= 0 && (control->flags & SH_FLAG_GO_LIVE) && (control->flags & SH_FLAG_PERFORM)) {
        uint64_t args[6];
        os_copy(args, c->args, sizeof args);
        args[status_argument(c)] = (uintptr_t)real;
        if (!os_call((long)c->nr, (long)args[0], (long)args[1], (long)args[2], (long)args[3], (long)args[4], 0)) remember(id_in(c, real), id_in(c, told));
    }
    return action;
}
