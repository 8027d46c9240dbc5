// exec: the program becomes another one, and stays under the recorder if that one can be recorded.
//
// Where: in the hook.
// How:   the new image gets our two variables in front of its environment, as the launcher would give them;
//        its constructor finds control->images > 0 and its own pid there, and goes on in the next segment.
#include "heap_guard.h"
#include "os.h"
#include "peers.h"
#include "sched_class.h"
#include "syscalls.h"
#include "tee.h"
#include "trace.h"

#include <fcntl.h>
#include <sys/syscall.h>

#define PRELOAD_SIZE 512 // as in docs/launcher.md: the same stack in every mode
#define RUN_SIZE 1024

static uint8_t *memory;
static size_t memory_size;

// "NAME=" and `path`, padded with slashes on the left of the path to `size` bytes in all.
static char *put_padded(char *to, const char *name, const char *path, size_t size) {
    size_t head = os_length(name), tail = os_length(path);
    os_copy(to, name, head);
    os_fill(to + head, '/', size - head - tail);
    os_copy(to + size - tail, path, tail + 1);
    return to + size;
}

// The environment for the new image, or NULL when there is no memory.
static char **extend_environment(char **environment) {
    size_t count = 0;
    const char *theirs = NULL;
    for (; environment && environment[count]; count++)
        if (!os_compare(environment[count], "LD_PRELOAD=", 11)) theirs = environment[count] + 11;
    size_t strings = PRELOAD_SIZE + RUN_SIZE + 16 + (theirs ? os_length(theirs) + 1 : 0);
    size_t needed = (count + 3) * sizeof(char *) + strings;
    if (needed > memory_size) {
        memory = os_map(needed);
        memory_size = memory ? needed : 0;
    }
    if (!memory) return NULL;
    char **list = (char **)memory, **to = list, *text = (char *)(list + count + 3);
    *to++ = text;
    text = put_padded(text, "LD_PRELOAD=", module_self()->path, PRELOAD_SIZE);
    if (theirs) {
        *text++ = ':';
        os_copy(text, theirs, os_length(theirs) + 1);
        text += os_length(theirs);
    }
    *to++ = ++text;
    put_padded(text, "SELFHEAL_RUN=", control_run, RUN_SIZE);
    for (size_t i = 0; i < count; i++)
        if (os_compare(environment[i], "LD_PRELOAD=", 11)) *to++ = environment[i];
    *to = NULL;
    return list;
}

static long really_exec(struct call *c) {
    uint64_t args[6];
    os_copy(args, c->args, sizeof args);
    unsigned at = c->nr == SYS_execveat ? 3 : 2;
    char **environment = extend_environment((char **)args[at]);
    if (!environment) return -12;
    args[at] = (uintptr_t)environment;
    return os_call((long)c->nr, (long)args[0], (long)args[1], (long)args[2], (long)args[3], (long)args[4], 0);
}

static void leave_image(const char *path, int next_segment) {
    if (control->flags & SH_FLAG_GUARD) guard_finish();
    if (control->flags & SH_FLAG_TRACE) trace_flush();
    tee_flush();
    control->images++;
    control->standard_kinds = fds_standard_kinds();
    control->next_segment = (uint32_t)next_segment;
    const char *text = run_mode != RUN_LIVE ? "the program replaced itself by %s, which cannot be recorded (a static or privileged program?)"
                     : peers_live() ? "the program replaced itself by %s after the replay had gone live: what was recorded for its sockets and its terminal ended there"
                                    : "";
    os_format(control->status_text, sizeof control->status_text, text, path);
    control->status = SH_STATUS_ENDED;
}

static void stay(void) {
    control->images--;
    control->status = SH_STATUS_RUNNING;
    control->status_text[0] = 0;
}

static const char *exec_path(const struct call *c) {
    const char *path = (const char *)c->args[c->nr == SYS_execveat ? 1 : 0];
    return path ? path : "(none)";
}

static int exec_replay(struct call *c) {
    const struct replay_event *e = replay_peek();
    if (e && e->code == SH_EVENT_EXEC) {
        replay_take();
        int next = replay_next_segment();
        if (next < 0) { // what came then ran unrecorded
            leave_image(exec_path(c), 0);
            OS1(SYS_exit_group, 0);
        }
        leave_image(exec_path(c), next);
        sched_class_leave();
        long failed = really_exec(c);
        stay();
        c->nr = SH_EVENT_EXEC;
        run_diverge(c, NULL, failed == -2 ? "the program that was executed is gone" : "the exec fails now");
        c->nr = (unsigned)c->frame->rax;
        return call_exec(c);
    }
    e = call_replay(c);
    if (!e) return call_exec(c);
    call_replay_done(c, e);
    if (run_mode != RUN_REPLAY) return call_exec(c);
    c->frame->rax = (uint64_t)c->result;
    return INTERCEPT_RETURN;
}

int call_exec(struct call *c) {
    if (run_mode == RUN_REPLAY) return exec_replay(c);
    const char *path = exec_path(c);
    bool readable = OS4(SYS_faccessat, c->nr == SYS_execveat ? (int)c->args[0] : AT_FDCWD, path, 0, 0) != -14;
    if (readable && run_mode == RUN_RECORD) log_append_blob(SH_EVENT_EXEC, 0, path, os_length(path));
    leave_image(readable ? path : "(none)", (int)log_next_segment());
    sched_class_leave();
    c->result = really_exec(c); // comes back only if it failed
    stay();
    if (readable && run_mode == RUN_RECORD) log_undo();
    return call_log(c, NULL);
}
