// The launcher's parts, and what the caller asked for. docs/launcher.md is the specification.
//
// Where: a static program of its own, single-threaded, before and outside of the recorded program. It may
// use libc. launch.c reads the options, launch_program.c becomes the program, launch_sandbox.c makes the
// namespaces, launch_view.c makes the file system that is seen in them; launch_remote.c and launch_serve.c are the two
// ends of a start in a container, and launch_look.c looks at files there.
// Rules: every descriptor that is opened here is close-on-exec; nothing is written into the run directory.
#ifndef SELFHEAL_LAUNCH_H
#define SELFHEAL_LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>

enum {
    LAUNCH_SETUP_FAILED = 125,
    LAUNCH_CANNOT_EXECUTE = 126,
    LAUNCH_NOT_FOUND = 127,
};

#define LAUNCH_MAX_BINDS 2048
struct launch_bind {
    const char *source;
    const char *target;
    bool keep; // --keep: read-only, and no error if it is gone
    int tree; // detached copy of the mount, opened before the view changes; -1 before
};

struct launch_options {
    const char *run, *lib, *env_file, *argv0, *cwd;
    const char *stdin_file, *stdout_file, *stderr_file;
    const char *scratch, *terminal;
    const char *serve, *at, *show;
    unsigned long stack_limit;
    bool has_stack_limit, aslr, session, sandbox, in_memory, background, probe, find;
    struct launch_bind binds[LAUNCH_MAX_BINDS];
    int bind_count;
    char **argv; // PROGRAM [ARG]... NULL
};

// Prints "selfheal-launch: <sentence>" to the caller's stderr (not --stderr's file) and exits with `code`.
_Noreturn void launch_fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));
// Puts the files of --stdin, --stdout and --stderr, or the terminal of --terminal, in place.
void launch_connect(const struct launch_options *options);

// The program's environment, with the recorder's two variables in front if there is a run.
char **launch_environment(const struct launch_options *options);

// Goes to `cwd` (if not NULL), finds the program, checks that it can be recorded and becomes it.
_Noreturn void launch_program(const struct launch_options *options, char **environment, const char *cwd);

// Runs the program in a sandbox (or only probes) and returns the exit code to end with.
int launch_sandbox(struct launch_options *options);

// In a container: listens at the path and starts launchers for callers until its owner is gone (launch_serve.c).
int launch_serve(const char *path);

// Has the server at --at start a launcher with the arguments argv, and returns the exit code that it ended with.
int launch_remote(const struct launch_options *options);

// Writes a file, or the first one that can be executed, to standard output.
int launch_show(const char *file);
int launch_find(char **files);

// Builds the private view of the file system in the current mount namespace and makes it the root.
// `scratch` must be absolute; `cwd` is where the program will work; `in_user_namespace` changes how layers
// must be mounted.
void launch_view(struct launch_options *options, const char *scratch, const char *cwd, bool in_user_namespace);

#endif
