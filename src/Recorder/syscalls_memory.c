// Memory: mapped for real in every mode, at the same addresses.
//
// Where: in the hook.
// Rules: anonymous memory is not in the log, a replay computes it again. A mapped file is: its identity is
//        logged, so that a replay on a changed file says so. A mapped executable segment is a new module: its
//        sites are rewritten before the program can run it.
#include "fatal.h"
#include "os.h"
#include "patch.h"
#include "patch_site.h"
#include "syscalls.h"

#include <asm/prctl.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

struct identity {
    uint64_t size;
    uint64_t changed_ns; // 0: written during the run, or not a regular file
};

static uint64_t start_ns; // CLOCK_REALTIME

static struct identity identify(int fd) {
    struct stat info;
    struct identity id = {0, 0};
    if (!start_ns) {
        int64_t now[2];
        OS2(SYS_clock_gettime, 0, now);
        start_ns = (uint64_t)now[0] * 1000000000ull - 1000000000ull;
    }
    if (OS2(SYS_fstat, fd, &info) || !S_ISREG(info.st_mode)) return id;
    uint64_t changed = (uint64_t)info.st_mtim.tv_sec * 1000000000ull + (uint64_t)info.st_mtim.tv_nsec;
    if (changed >= start_ns) return id;
    return (struct identity){(uint64_t)info.st_size, changed};
}

// Where the kernel puts a large file's mapping depends on the file system; where it puts anonymous memory does
// not. So the place is taken first, and the file mapped over it.
static void map_for_real(struct call *c) {
    bool free_choice = !c->args[0] && !(c->args[3] & (MAP_ANONYMOUS | MAP_FIXED | MAP_FIXED_NOREPLACE | MAP_32BIT | MAP_HUGETLB));
    if (free_choice && c->args[1]) {
        long at = os_call(SYS_mmap, 0, (long)c->args[1], PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (at < 0 && at > -4096) {
            c->result = at;
            return;
        }
        c->result = os_call(SYS_mmap, at, (long)c->args[1], (long)c->args[2], (long)c->args[3] | MAP_FIXED, (long)c->args[4], (long)c->args[5]);
        if (c->result != at) OS2(SYS_munmap, at, c->args[1]);
        return;
    }
    c->result = os_call(SYS_mmap, (long)c->args[0], (long)c->args[1], (long)c->args[2], (long)c->args[3], (long)c->args[4], (long)c->args[5]);
}

static void add_module(struct call *c) {
    const struct module *m = modules_add_mapped((int)c->args[4], (uint64_t)c->result, c->args[1], c->args[5]);
    if (!m) return;
    int failed = intercept_module(m), closed = patch_close();
    if (failed || closed) run_stop("the system calls of a library cannot be intercepted");
    run_module_event(m);
    patch_modules_changed();
}

int call_map(struct call *c) {
    bool file = !(c->args[3] & MAP_ANONYMOUS) && (int)c->args[4] >= 0;
    if (!file) {
        map_for_real(c);
        c->frame->rax = (uint64_t)c->result;
        return INTERCEPT_RETURN;
    }
    struct identity now = identify((int)c->args[4]), then = now;
    if (run_mode == RUN_REPLAY) {
        const struct replay_event *e = call_replay(c);
        if (!e) return call_map(c);
        long logged = c->result;
        if (e->blob_size == sizeof then) os_copy(&then, e->blob, sizeof then);
        bool gone = fds_kind((int)c->args[4]) == FD_SUBSTITUTE;
        if (logged >= 0 && (gone || (then.changed_ns && (now.size != then.size || now.changed_ns != then.changed_ns)))) {
            run_diverge(c, e, gone ? "a file that the program maps is not there any more" : "a file that the program maps has changed since the recording");
            return call_map(c);
        }
        call_replay_done(c, e);
        if (run_mode != RUN_REPLAY) return call_map(c);
        if (logged < 0) c->result = logged;
        else map_for_real(c);
    } else {
        map_for_real(c);
        long at = c->result;
        if (at >= 0 || at < -4095) c->result = 0; // the address is not part of the log
        call_add_piece(c, &now, sizeof now);
        call_log(c, NULL);
        c->result = at;
    }
    if ((c->result >= 0 || c->result < -4095) && (c->args[2] & PROT_EXEC)) add_module(c);
    c->frame->rax = (uint64_t)c->result;
    return INTERCEPT_RETURN;
}

int call_unmap(struct call *c) {
    modules_remove(c->args[0], c->args[1]);
    c->frame->rax = (uint64_t)OS2(SYS_munmap, c->args[0], c->args[1]);
    return INTERCEPT_RETURN;
}

int call_arch_prctl(struct call *c) {
    if (c->args[0] == ARCH_SET_GS || c->args[0] == ARCH_GET_GS) run_stop("the program uses the GS register, which the recorder needs");
    if (intercept_off) return INTERCEPT_PLAIN;
    c->frame->rax = (uint64_t)OS2(SYS_arch_prctl, c->args[0], c->args[1]);
    return INTERCEPT_RETURN;
}
