// Starts one run as the engine does, without the engine: makes the run directory, writes the control page,
// calls the launcher, and says afterwards what the recorder left in the control page.
//
//   sh-run record DIR [OPTION]... -- PROGRAM [ARG]...
//   sh-run replay SOURCE DIR [OPTION]... -- PROGRAM [ARG]...
//     --trace --guard --tee --refuse --live --fresh --perform --count   the control page's flags
//     --seed N  --patch FILE  --aslr  --patch-only
//     --policy NAME[:ARG[:ARG]]  uniprocessor, random:PERMILLE, pct:DEPTH:LENGTH, pos, script
//     --schedule FILE        copied to RUN/schedule.bin; means --policy script
//     --end-deadlock         a deadlock of all threads ends the program
//     --sandbox SCRATCH      in the launcher's sandbox. The modules that the source's log names are the real ones
//     --report FILE          where the control page's values go, one `name value` per line (default: stderr)
//     --tools DIR            selfheal-launch and libselfheal.so (default: build/recorder of this repository)
// Exit code: the program's, or 128 + the signal that ended it.
#include "../../src/Recorder/log_streams.h"
#include "../../src/Recorder/recorder_abi.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const status_names[] = {"NEW", "RUNNING", "PLAIN", "REFUSED", "STOPPED",
                                           "ENDED", "FAILED", "DIVERGED", "LOG_END", "IDLE"};

static void fail(const char *what, const char *which) {
    fprintf(stderr, "sh-run: %s %s: %s\n", what, which, strerror(errno));
    exit(125);
}

static struct sh_control *make_run(const char *directory) {
    char path[PATH_MAX + 16];
    if (mkdir(directory, 0755) < 0)
        fail("cannot make the run directory", directory);
    snprintf(path, sizeof path, "%s/events", directory);
    if (mkdir(path, 0755) < 0)
        fail("cannot make", path);
    snprintf(path, sizeof path, "%s/control", directory);
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0 || ftruncate(fd, SH_CONTROL_SIZE) < 0)
        fail("cannot make", path);
    struct sh_control *control = mmap(NULL, SH_CONTROL_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (control == MAP_FAILED)
        fail("cannot map", path);
    close(fd);
    control->magic = SH_CONTROL_MAGIC;
    control->abi_version = SH_ABI_VERSION;
    control->size = SH_CONTROL_SIZE;
    control->exit_code = -1;
    return control;
}

static void copy_file(const char *from, const char *directory, const char *name) {
    static char path[PATH_MAX + 16], bytes[1 << 20];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    int in = open(from, O_RDONLY | O_CLOEXEC), out = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    ssize_t n = in < 0 || out < 0 ? -1 : read(in, bytes, sizeof bytes);
    if (n < 0 || write(out, bytes, (size_t)n) != n)
        fail("cannot copy", from);
    close(in);
    close(out);
}

static void report_stack(FILE *to, const char *name, const struct sh_stack *stack) {
    fprintf(to, "%s", name);
    for (uint32_t i = 0; i < stack->count && i < SH_MAX_FRAMES; i++)
        fprintf(to, " %#lx", (unsigned long)stack->pc[i]);
    fprintf(to, "\n");
}

static void report(FILE *to, const struct sh_control *c) {
    fprintf(to, "status %s\nstatus_text %s\n", c->status < sizeof status_names / sizeof status_names[0] ? status_names[c->status] : "?", c->status_text);
    const struct { const char *name; uint64_t value; } values[] = {
        {"events", c->events}, {"input_bytes", c->input_bytes}, {"log_bytes", c->log_bytes},
        {"allocations", c->allocations}, {"uncontrolled", c->uncontrolled},
        {"first_uncontrolled", c->first_uncontrolled}, {"children", c->children}, {"signals", c->signals},
        {"inexact_signals", c->inexact_signals}, {"sites_rewritten", c->sites_rewritten},
        {"sites_trapped", c->sites_trapped}, {"traps", c->traps}, {"setup_ns", c->setup_ns},
        {"live_since", c->live_since}, {"patch_entries", c->patch_entries}, {"patch_refused", c->patch_refused},
        {"overflows", c->overflow_count}, {"diverged", c->divergence.present}, {"failure", c->failure.kind},
        {"threads", c->threads}, {"switches", c->switches}, {"places", c->places},
        {"inexact_switches", c->inexact_switches}, {"blocked", c->blocked_count},
    };
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        fprintf(to, "%s %lu\n", values[i].name, (unsigned long)values[i].value);
    fprintf(to, "exit_code %d\n", c->exit_code);
    for (uint32_t i = 0; i < c->patch_entries && i < SH_MAX_ENTRIES; i++)
        fprintf(to, "hits %u %lu\n", i, (unsigned long)c->hits[i]);
    if (c->patch_text[0])
        fprintf(to, "patch_text %s\n", c->patch_text);
    if (c->divergence.present) {
        fprintf(to, "divergence_event %lu\ndivergence_thread %u\ndivergence_calls %d %d\ndivergence_text %s\n",
                (unsigned long)c->divergence.event, c->divergence.thread, c->divergence.logged_call, c->divergence.actual_call,
                c->divergence.text);
        report_stack(to, "divergence_stack", &c->divergence.stack);
    }
    if (c->failure.kind) {
        fprintf(to, "failure_signal %u\nfailure_thread %u\nfailure_address %#lx\n", c->failure.signo, c->failure.thread,
                (unsigned long)c->failure.address);
        report_stack(to, "failure_stack", &c->failure.stack);
    }
    for (uint32_t i = 0; i < c->blocked_count && i < SH_MAX_BLOCKED; i++) {
        const struct sh_blocked *b = &c->blocked[i];
        fprintf(to, "blocked thread %u operation %u object %#lx\n", b->thread, b->operation, (unsigned long)b->object);
        report_stack(to, "blocked_stack", &b->stack);
    }
    for (uint32_t i = 0; i < c->overflow_count && i < SH_MAX_OVERFLOWS; i++) {
        const struct sh_overflow *o = &c->overflows[i];
        fprintf(to, "overflow kind %u size %lu allocation %lu first %ld extent %lu blocks %u\n", o->kind,
                (unsigned long)o->size, (unsigned long)o->allocation, (long)o->first, (unsigned long)o->extent,
                o->blocks);
        report_stack(to, "overflow_alloc_stack", &o->alloc_stack);
        report_stack(to, "overflow_access_stack", &o->access_stack);
    }
}

static void absolute(char *to, const char *path) {
    char cwd[PATH_MAX];
    if (path[0] == '/' || getcwd(cwd, sizeof cwd) == NULL)
        snprintf(to, PATH_MAX, "%s", path);
    else if (snprintf(to, PATH_MAX, "%s/%s", cwd, path) >= PATH_MAX)
        fail("path too long", path);
}

// What the command line asks for.
static char run[PATH_MAX], source[PATH_MAX], scratch[PATH_MAX];
static const char *tools = "build/recorder", *report_file, *patch, *schedule, *policy;
static uint32_t flags, mode;
static uint64_t seed = 1;
static bool aslr;

static bool take_switch(const char *name) {
    static const struct { const char *name; uint32_t flag; } switches[] = {
        {"--trace", SH_FLAG_TRACE}, {"--guard", SH_FLAG_GUARD}, {"--tee", SH_FLAG_TEE},
        {"--refuse", SH_FLAG_REFUSE}, {"--live", SH_FLAG_GO_LIVE}, {"--perform", SH_FLAG_PERFORM},
        {"--count", SH_FLAG_ALLOC_COUNT}, {"--fresh", SH_FLAG_FRESH | SH_FLAG_GO_LIVE}, {"--end-deadlock", SH_FLAG_END_DEADLOCK},
    };
    for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++)
        if (strcmp(name, switches[i].name) == 0) {
            flags |= switches[i].flag;
            return true;
        }
    if (strcmp(name, "--aslr") == 0)
        return aslr = true;
    if (strcmp(name, "--patch-only") == 0) {
        mode = SH_MODE_PATCH_ONLY;
        return true;
    }
    return false;
}

static bool take_value(const char *name, const char *value) {
    if (value == NULL)
        return false;
    if (strcmp(name, "--report") == 0)
        report_file = value;
    else if (strcmp(name, "--patch") == 0)
        patch = value;
    else if (strcmp(name, "--policy") == 0)
        policy = value;
    else if (strcmp(name, "--schedule") == 0)
        schedule = value;
    else if (strcmp(name, "--seed") == 0)
        seed = strtoul(value, NULL, 10);
    else if (strcmp(name, "--sandbox") == 0)
        absolute(scratch, value);
    else if (strcmp(name, "--tools") == 0)
        tools = value;
    else
        return false;
    return true;
}

// random takes a permille, pct a depth and a length; what is missing is 0, the recorder's default.
static void set_policy(struct sh_control *control) {
    static const char *const names[] = {"uniprocessor", "random", "pct", "pos", "script", "probe"};
    if (policy == NULL)
        policy = schedule != NULL ? "script" : "uniprocessor";
    size_t length = strcspn(policy, ":");
    uint32_t kind = 0;
    while (kind < sizeof names / sizeof names[0] && (strlen(names[kind]) != length || strncmp(policy, names[kind], length) != 0))
        kind++;
    if (kind == sizeof names / sizeof names[0]) {
        fprintf(stderr, "sh-run: unknown policy %s\n", policy);
        exit(125);
    }
    char *at = (char *)policy + length;
    uint64_t first = *at == ':' ? strtoul(at + 1, &at, 10) : 0;
    control->sched_policy = kind;
    control->sched_permille = kind == SH_POLICY_RANDOM ? (uint32_t)first : 0;
    control->sched_depth = kind == SH_POLICY_PCT ? (uint32_t)first : 0;
    control->sched_length = *at == ':' ? strtoul(at + 1, NULL, 10) : 0;
}

// Returns the index of `--` in argv.
static int parse(int argc, char **argv) {
    bool is_replay = argc > 1 && strcmp(argv[1], "replay") == 0;
    int at = is_replay ? 4 : 3;
    if (argc <= at || (!is_replay && strcmp(argv[1], "record") != 0)) {
        fprintf(stderr, "usage: sh-run record DIR | replay SOURCE DIR [OPTION]... -- PROGRAM [ARG]...\n");
        exit(125);
    }
    absolute(run, argv[at - 1]);
    if (is_replay)
        absolute(source, argv[2]);
    mode = is_replay ? SH_MODE_REPLAY : SH_MODE_RECORD;
    for (; at < argc && strcmp(argv[at], "--") != 0; at++) {
        if (take_switch(argv[at]))
            continue;
        if (!take_value(argv[at], argv[at + 1])) {
            fprintf(stderr, "sh-run: unknown option %s\n", argv[at]);
            exit(125);
        }
        at++;
    }
    return at;
}

// ---------------------------------------------------------------- the modules in a log
#define KEEPS 256
static char *keeps[KEEPS];
static int keep_count;

static void add_keep(const char *path, size_t size) {
    char *copy = strndup(path, size);
    bool known = copy == NULL || copy[0] != '/' || access(copy, R_OK) < 0 || keep_count == KEEPS;
    for (int i = 0; i < keep_count && !known; i++)
        known = strcmp(keeps[i], copy) == 0;
    if (known)
        free(copy);
    else
        keeps[keep_count++] = copy;
}

struct cursor {
    const uint8_t *at, *end;
};

// `size` bytes as a little-endian number; beyond the end: 0, and the cursor stays at the end.
static uint64_t number(struct cursor *c, size_t size) {
    uint64_t value = 0;
    if ((size_t)(c->end - c->at) < size)
        size = (size_t)(c->end - c->at);
    memcpy(&value, c->at, size);
    c->at += size;
    return value;
}

static const uint8_t *bytes(struct cursor *c, size_t size) {
    const uint8_t *from = c->at;
    if ((size_t)(c->end - from) < size)
        c->at = c->end;
    else
        c->at += size;
    return from;
}

static uint64_t result(struct cursor *c, unsigned form, uint64_t check) {
    switch (form) {
    case SH_RESULT_U8: case SH_RESULT_ERRNO: return number(c, 1);
    case SH_RESULT_U32: return number(c, 4);
    case SH_RESULT_U64: return number(c, 8);
    case SH_RESULT_DELTA:
        for (uint64_t more = check & SH_DELTA_MORE ? 0x80 : 0; c->at < c->end && more & 0x80;) more = number(c, 1);
        return 0;
    default: return 0;
    }
}

static void keep_module(const uint8_t *blob, size_t size) {
    struct sh_module module;
    if (size < sizeof module)
        return;
    memcpy(&module, blob, sizeof module);
    if (size - sizeof module >= (uint64_t)module.build_id_size + module.path_size)
        add_keep((const char *)blob + sizeof module + module.build_id_size, module.path_size);
}

static void keep_modules_of_segment(struct cursor c) {
    size_t last = 0; // length of the last input
    while (c.at < c.end) {
        uint64_t head = number(&c, 2);
        uint64_t check = number(&c, 2), value = result(&c, head >> 10 & 7, check);
        unsigned payload = (unsigned)(head >> 13 & 7);
        size_t size;
        if (payload == SH_PAYLOAD_STREAM_FD8)
            number(&c, 1);
        if (log_length_is_result(payload))
            bytes(&c, last = (head >> 10 & 7) == SH_RESULT_ONE ? 1 : (head >> 10 & 7) == SH_RESULT_COUNT ? last : value);
        if (payload == SH_PAYLOAD_STREAM_FD || payload == SH_PAYLOAD_STREAM_BLOB) {
            number(&c, 2);
            size = number(&c, 4);
            bytes(&c, last = size);
        }
        if (payload < SH_PAYLOAD_BLOB || log_length_is_result(payload))
            continue;
        size = number(&c, payload == SH_PAYLOAD_BLOB ? 1 : 4);
        const uint8_t *blob = bytes(&c, size);
        if ((head & 0x3ff) == SH_EVENT_MODULE && (size_t)(c.end - blob) >= size)
            keep_module(blob, size);
    }
}

static void keep_modules(void) {
    for (unsigned index = 0;; index++) {
        char path[PATH_MAX + 32];
        snprintf(path, sizeof path, "%s/events/%06u.seg", source, index);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        struct stat info;
        if (fd < 0 || fstat(fd, &info) < 0)
            return;
        size_t size = (size_t)info.st_size;
        const struct sh_segment *head = size < sizeof *head ? NULL : mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
        close(fd);
        if (head == NULL || head == MAP_FAILED)
            continue;
        size_t used = head->committed < size ? head->committed : size;
        if (used > sizeof *head)
            keep_modules_of_segment((struct cursor){(const uint8_t *)(head + 1), (const uint8_t *)head + used});
    }
}

static _Noreturn void launch(int argc, char **argv, int at) {
    static char directory[PATH_MAX], launcher[PATH_MAX + 32], library[PATH_MAX + 32];
    absolute(directory, tools);
    snprintf(launcher, sizeof launcher, "%s/selfheal-launch", directory);
    snprintf(library, sizeof library, "%s/libselfheal.so", directory);
    char *arguments[argc + 16 + 2 * KEEPS];
    int n = 0;
    arguments[n++] = launcher;
    arguments[n++] = "--run", arguments[n++] = run;
    arguments[n++] = "--lib", arguments[n++] = library;
    if (aslr)
        arguments[n++] = "--aslr";
    if (scratch[0] != '\0')
        arguments[n++] = "--sandbox", arguments[n++] = "--scratch", arguments[n++] = scratch;
    if (scratch[0] != '\0' && source[0] != '\0')
        keep_modules();
    for (int i = 0; i < keep_count; i++)
        arguments[n++] = "--keep", arguments[n++] = keeps[i];
    for (; at < argc; at++)
        arguments[n++] = argv[at];
    arguments[n] = NULL;
    execv(launcher, arguments);
    fail("cannot start", launcher);
    abort();
}

int main(int argc, char **argv) {
    int at = parse(argc, argv);
    struct sh_control *control = make_run(run);
    control->mode = mode;
    control->flags = flags;
    control->seed = seed;
    snprintf(control->source_run, sizeof control->source_run, "%.1023s", source);
    if (patch != NULL) {
        copy_file(patch, run, "patch.ep");
        control->patch_generation = 1;
    }
    set_policy(control);
    if (schedule != NULL)
        copy_file(schedule, run, "schedule.bin");
    pid_t pid = fork();
    if (pid == 0)
        launch(argc, argv, at);
    int status;
    signal(SIGINT, SIG_IGN); // Ctrl-C is for the program
    signal(SIGQUIT, SIG_IGN);
    if (pid < 0 || waitpid(pid, &status, 0) < 0)
        fail("cannot start", "the launcher");
    FILE *to = report_file != NULL ? fopen(report_file, "w") : stderr;
    if (to == NULL)
        fail("cannot write", report_file);
    report(to, control);
    fprintf(to, "ended %s %d\n", WIFEXITED(status) ? "exit" : "signal",
            WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
    fclose(to);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
