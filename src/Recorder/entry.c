// Load: configure, start the parts in order. The constructor runs before that of any other library
// (-z initfirst), on the program's stack, with no other thread.
//
// Rules: what the recorder needs of the environment is taken out of it before the program can see it. When
//        a part cannot start, the program runs plain, or not at all: as SH_FLAG_REFUSE says.
#include "control.h"
#include "fatal.h"
#include "fds.h"
#include "heap.h"
#include "heap_guard.h"
#include "log.h"
#include "os.h"
#include "patch.h"
#include "patch_site.h"
#include "peers.h"
#include "run_start.h"
#include "signals.h"
#include "site_cache.h"
#include "syscalls.h"
#include "thread.h"
#include "trace.h"
#include "vdso.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/personality.h>
#include <sys/syscall.h>

#define DEAD_STACK (64 * 1024ul)

static struct sh_control private_page; // before, and without, a run directory
HOT_DATA struct sh_control *control = &private_page;
char control_run[1024];

void control_path(char *to, unsigned size, const char *name) { os_format(to, size, "%s/%s", control_run, name); }

static bool starts(const char *text, const char *with) { return !os_compare(text, with, os_length(with)); }

// The value of SELFHEAL_RUN goes to control_run; false: this is not a run of ours.
static bool find_run(char **environment) {
    for (; *environment; environment++) {
        if (!starts(*environment, "SELFHEAL_RUN=")) continue;
        const char *path = *environment + 13;
        while (path[0] == '/' && path[1] == '/') path++; // padding
        os_format(control_run, sizeof control_run, "%s", path);
        return true;
    }
    return false;
}

// Takes SELFHEAL_RUN and our part of LD_PRELOAD out of the environment.
static void clean_environment(char **environment) {
    char **to = environment;
    for (char **from = environment; *from; from++) {
        char *entry = *from, *rest = entry;
        bool run = starts(entry, "SELFHEAL_RUN="), preload = starts(entry, "LD_PRELOAD=/");
        if (preload) {
            while (*rest && *rest != ':' && *rest != ' ') rest++;
            if (!os_equal_end(entry, rest, "libselfheal.so")) preload = false;
        }
        if (run || (preload && !*rest)) {
            os_fill(entry, 0, os_length(entry));
            continue;
        }
        if (preload) { // the program's own value, with the name in front of it
            rest -= 10;
            os_copy(rest, "LD_PRELOAD=", 11);
            os_fill(entry, 0, (size_t)(rest - entry));
            entry = rest;
        }
        *to++ = entry;
    }
    *to = NULL;
}

static int map_control(void) {
    char path[1200];
    control_path(path, sizeof path, "control");
    int fd = os_open(path, O_RDWR, 0);
    if (fd < 0) return fd;
    long size = OS3(SYS_lseek, fd, 0, SEEK_END);
    struct sh_control *page = size >= (long)SH_CONTROL_SIZE ? os_map_file(fd, SH_CONTROL_SIZE, 0, true) : NULL;
    os_close(fd);
    if (!page) return -22;
    if (page->magic != SH_CONTROL_MAGIC || page->abi_version != SH_ABI_VERSION || page->size != SH_CONTROL_SIZE) return -71;
    control = page;
    return 0;
}

static int refuse(const char *what, int error) {
    os_format(control->status_text, sizeof control->status_text, "%s (error %d, run directory %s)", what, (int64_t)-error, control_run);
    bool refuse = control->flags & SH_FLAG_REFUSE;
    control->status = refuse ? SH_STATUS_REFUSED : SH_STATUS_PLAIN;
    char line[700];
    os_format(line, sizeof line, "cannot record: %s; the program %s", control->status_text, refuse ? "is not started" : "runs plain");
    if (refuse) fatal(line);
    complain(line);
    return error;
}

// The kernel writes the processor number into memory for the restartable sequences: without a log entry.
static void stop_processor_number(void) {
    uint64_t offset = module_symbol("__rseq_offset", module_self()), size = module_symbol("__rseq_size", module_self());
    if (!offset || !size) return;
    uint64_t self;
    __asm__("mov %%fs:0, %0" : "=r"(self));
    OS4(SYS_rseq, self + (uint64_t)*(const int64_t *)offset, 32, 1 /* unregister */, 0x53053053);
}

static void describe_start(struct sh_start *s, char **argv) {
    os_fill(s, 0, sizeof *s);
    s->abi_version = SH_ABI_VERSION;
    s->seed = control->seed;
    s->stack = (uintptr_t)argv;
    s->brk = (uint64_t)OS1(SYS_brk, 0);
    s->program_base = modules[0].bias;
    s->loader_base = modules_auxiliary(AT_BASE);
    s->vdso = modules_auxiliary(AT_SYSINFO_EHDR);
    s->libselfheal = module_self()->bias;
    os_copy(s->at_random, (const void *)modules_auxiliary(AT_RANDOM), 16);
    s->aslr = !(OS1(SYS_personality, 0xffffffff) & ADDR_NO_RANDOMIZE);
    s->terminal = peers_terminals_now();
    s->pid = (uint32_t)OS1(SYS_getpid, 0);
    int64_t now[2];
    OS2(SYS_clock_gettime, 0, now);
    s->start_ns = (uint64_t)now[0] * 1000000000ull + (uint64_t)now[1];
}

static int start_interception(void) {
    int failed = thread_enter(thread_first());
    for (unsigned i = 0; i < modules_count && !failed; i++)
        if (&modules[i] != module_self() && !os_equal(modules[i].path, "[vdso]")) failed = intercept_module(&modules[i]);
    if (!failed) vdso_start();
    int closed = patch_close();
    return failed ? failed : closed;
}

static int start_parts(char **argv, char **environment, uint64_t *frame) {
    uint64_t begin = os_now_ns();
    int failed = map_control();
    if (failed) return refuse("the control page cannot be used", failed);
    int32_t pid = (int32_t)OS1(SYS_getpid, 0);
    if (control->images && control->pid != pid) return 0; // started by what the recorded program became
    control->pid = pid;
    if (control->images) fds_set_standard_kinds(control->standard_kinds);
    if (!control->images || !control->live_since) control->status_text[0] = 0; // else what the exec has said of a live replay
    control->exit_code = -1;
    failed = modules_load();
    if (failed) return refuse("the loaded libraries cannot be found", failed);
    struct sh_start start;
    describe_start(&start, argv);
    run_mode = control->mode == SH_MODE_REPLAY ? RUN_REPLAY : control->mode == SH_MODE_RECORD ? RUN_RECORD : RUN_LIVE;
    if (control->images && control->live_since) run_mode = RUN_LIVE; // it was before the exec
    failed = run_mode == RUN_REPLAY ? run_start_replay(&start, frame) : run_mode == RUN_RECORD ? run_start_record(&start) : 0;
    if (failed) return refuse(run_mode == RUN_REPLAY ? replay_damage : "the event log cannot be created", failed);
    stop_processor_number();
    site_cache_start(environment);
    failed = start_interception();
    if (failed) return refuse("system calls cannot be intercepted", failed);
    signals_start();
    for (unsigned i = 0; i < modules_count; i++) run_module_event(&modules[i]);
    char path[1200];
    control_path(path, sizeof path, "patch.ep");
    failed = patch_load(path);
    if (failed && failed != -2) return refuse(control->patch_text, failed);
    if ((control->flags & SH_FLAG_GUARD) && !guard_start(control_run)) return refuse("guard mode finds no memory", -12);
    if ((control->flags & SH_FLAG_TRACE) && (failed = trace_open(control_run))) return refuse("the trace cannot be created", failed);
    control->status = SH_STATUS_RUNNING;
    intercept_off = 0;
    if (run_mode == RUN_REPLAY && (control->flags & SH_FLAG_FRESH)) run_go_live();
    control->setup_ns = os_now_ns() - begin;
    return 0;
}

struct entry_arguments {
    char **argv, **environment;
    uint64_t *frame;
};

// What the loader left below `end` differs from run to run: time stamps, random bytes. Pages that it never
// touched are zero and stay untouched.
static void clear_dead_stack(uint8_t *end) {
    uint8_t there[DEAD_STACK / PAGE], *page = (uint8_t *)((uintptr_t)end & ~(PAGE - 1)), *first = page - DEAD_STACK;
    bool known = !OS3(SYS_mincore, first, DEAD_STACK, there);
    os_fill(page, 0, (size_t)(end - page));
    for (unsigned i = 0; i < sizeof there; i++)
        if (!known || there[i] & 1) os_fill(first + i * PAGE, 0, PAGE);
}

static void start_on_stack(void *arguments) {
    const struct entry_arguments *a = arguments;
    start_parts(a->argv, a->environment, a->frame);
}

__attribute__((constructor)) static void entry(int argc, char **argv, char **environment) {
    if (environment != argv + argc + 1) { // musl's loader gives constructors no arguments
        complain("cannot record: the program's C library is not glibc (an Alpine image?); the program runs plain");
        return;
    }
    if (!find_run(environment)) return;
    modules_use_environment(environment);
    clean_environment(environment);
    struct entry_arguments a = {argv, environment, __builtin_frame_address(0)};
    clear_dead_stack((uint8_t *)__builtin_frame_address(0) - 256);
    struct thread *first = thread_first(); // its stack, so that the program's own is the same below in every mode
    if (first) os_call_on_stack(start_on_stack, &a, (void *)(first->stack_top + 8));
    else refuse("there is no memory", -12);
}
