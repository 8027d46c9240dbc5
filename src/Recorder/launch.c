// The launcher's entry: reads the options and hands over. docs/launcher.md is the specification.
//
// Where: the first code of every run. Without --sandbox it ends in execve, so the program keeps pid,
// terminal, signals and exit status of the launcher.
// Rules: start-up counts (0.3 ms): no stdio streams, no locale, no allocation on the ordinary path but the
// environment's. The program must see the same descriptors as it would without us.
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "usage: selfheal-launch [OPTION]... -- PROGRAM [ARG]...\n"
    "  --run DIR          start under the recorder, with this run directory (absolute, holds `control`)\n"
    "  --lib FILE         the recorder, libselfheal.so (absolute); needed with --run\n"
    "  --env FILE         environment: NUL-terminated strings, in order (default: its own)\n"
    "  --argv0 NAME       the program's argv[0] (default PROGRAM)\n"
    "  --cwd DIR          working directory\n"
    "  --stdin FILE  --stdout FILE  --stderr FILE    (stdout and stderr are created and truncated)\n"
    "  --stack-limit N    soft RLIMIT_STACK in bytes\n"
    "  --background       leaves the processor to others (nice 10)\n"
    "  --aslr             leave address-space randomisation on\n"
    "  --session          a session of its own, with stdin as the controlling terminal if it is one\n"
    "  --terminal FILE    a session of its own, with this terminal as the controlling one and as stdin, stdout, stderr\n"
    "  --sandbox          private namespaces and a private layer over the whole file system\n"
    "  --scratch DIR      for the private layers (created; the caller removes it)\n"
    "  --in-memory        the private layers are a tmpfs in --scratch, gone at the end\n"
    "  --bind SRC=DST     in the sandbox, DST shows SRC, writable for real\n"
    "  --keep FILE        in the sandbox, FILE is the real one, read-only, not one of the private layer\n"
    "  --rw DIR           in the sandbox, DIR stays the real one, writable\n"
    "  --probe            only say whether the sandbox can be made\n"
    "in containers:\n"
    "  --serve SOCKET     start launchers for those who come to SOCKET, until the owner is gone\n"
    "  --at SOCKET        have the launcher at SOCKET started: selfheal-launch --at SOCKET -- OPTION... -- PROGRAM [ARG]...\n"
    "  --show FILE        write FILE to standard output\n"
    "  --find -- FILE...  write the path of the first FILE that can be executed\n";

static int error_fd = 2; // the caller's stderr, also after --stderr took its place

void launch_fail(int code, const char *format, ...) {
    char text[2048];
    int n = snprintf(text, sizeof text, "selfheal-launch: ");
    va_list arguments;
    va_start(arguments, format);
    int m = vsnprintf(text + n, sizeof text - (size_t)n - 1, format, arguments);
    va_end(arguments);
    n += m < (int)sizeof text - n - 2 ? m : (int)sizeof text - n - 2;
    text[n++] = '\n';
    if (write(error_fd, text, (size_t)n) < 0) {
        // Nobody listens; the exit code still tells.
    }
    _exit(code);
}

// Opens `file` as descriptor `fd` of the program.
static void connect_file(const char *file, int fd, const char *option) {
    if (file == NULL)
        return;
    int flags = fd == 0 ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC;
    int opened = open(file, flags | O_CLOEXEC | O_NOCTTY, 0666);
    if (opened < 0)
        launch_fail(LAUNCH_SETUP_FAILED, "cannot open %s for %s: %s", file, option, strerror(errno));
    if (opened == fd) // the caller had closed it
        fcntl(fd, F_SETFD, 0);
    else if (dup2(opened, fd) < 0 || close(opened) < 0)
        launch_fail(LAUNCH_SETUP_FAILED, "cannot connect %s to %s: %s", option, file, strerror(errno));
}

// Opens the terminal as 0, 1 and 2 of the program, which are also what --session takes for the controlling one.
static void connect_terminal(const char *terminal) {
    int opened = open(terminal, O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (opened < 0)
        launch_fail(LAUNCH_SETUP_FAILED, "cannot open the terminal %s: %s", terminal, strerror(errno));
    if (!isatty(opened))
        launch_fail(LAUNCH_SETUP_FAILED, "%s is not a terminal: --terminal wants one, such as /dev/pts/0", terminal);
    for (int fd = 0; fd <= 2; fd++)
        if (fd != opened && dup2(opened, fd) < 0)
            launch_fail(LAUNCH_SETUP_FAILED, "cannot connect the terminal %s: %s", terminal, strerror(errno));
    if (opened > 2)
        close(opened);
    else // the caller had closed it
        fcntl(opened, F_SETFD, 0);
}

void launch_connect(const struct launch_options *options) {
    if (options->stderr_file != NULL || options->terminal != NULL) {
        // High, so that it cannot be in the way of 0, 1 and 2 where the caller closed one of them.
        int copy = fcntl(2, F_DUPFD_CLOEXEC, 10);
        if (copy >= 0)
            error_fd = copy;
    }
    if (options->terminal != NULL)
        connect_terminal(options->terminal);
    connect_file(options->stdin_file, 0, "--stdin");
    connect_file(options->stdout_file, 1, "--stdout");
    connect_file(options->stderr_file, 2, "--stderr");
}

static void add_bind(struct launch_options *options, const char *source, const char *target) {
    if (options->bind_count == LAUNCH_MAX_BINDS)
        launch_fail(LAUNCH_SETUP_FAILED, "more than %d --bind, --rw and --keep options", LAUNCH_MAX_BINDS);
    if (source[0] != '/' || target[0] != '/')
        launch_fail(LAUNCH_SETUP_FAILED, "--bind, --rw and --keep want absolute paths, not %s=%s", source, target);
    options->binds[options->bind_count++] = (struct launch_bind){.source = source, .target = target, .tree = -1};
}

static void parse_bind(struct launch_options *options, char *value) {
    char *equals = strchr(value, '=');
    if (equals == NULL)
        launch_fail(LAUNCH_SETUP_FAILED, "--bind wants SRC=DST, not %s", value);
    *equals = '\0';
    add_bind(options, value, equals + 1);
}

static unsigned long parse_number(const char *option, const char *value) {
    char *end;
    errno = 0;
    unsigned long number = strtoul(value, &end, 10);
    if (errno != 0 || end == value || *end != '\0' || value[0] == '-')
        launch_fail(LAUNCH_SETUP_FAILED, "%s wants a number of bytes, not %s", option, value);
    return number;
}

// An option with a value: true if `name` is one.
static bool parse_value(struct launch_options *options, const char *name, char *value) {
    const struct { const char *name; const char **to; } texts[] = {
        {"--run", &options->run},           {"--lib", &options->lib},
        {"--env", &options->env_file},      {"--argv0", &options->argv0},
        {"--cwd", &options->cwd},           {"--stdin", &options->stdin_file},
        {"--stdout", &options->stdout_file}, {"--stderr", &options->stderr_file},
        {"--scratch", &options->scratch},   {"--terminal", &options->terminal},
        {"--serve", &options->serve},       {"--at", &options->at},
        {"--show", &options->show},
    };
    bool wanted = false;
    const char **to = NULL;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (strcmp(name, texts[i].name) == 0)
            to = texts[i].to;
    bool bind = strcmp(name, "--bind") == 0, rw = strcmp(name, "--rw") == 0;
    bool keep = strcmp(name, "--keep") == 0, stack = strcmp(name, "--stack-limit") == 0;
    wanted = to != NULL || bind || rw || keep || stack;
    if (wanted && value == NULL)
        launch_fail(LAUNCH_SETUP_FAILED, "%s wants a value", name);
    if (to != NULL) {
        *to = value;
    } else if (bind) {
        parse_bind(options, value);
    } else if (rw || keep) {
        add_bind(options, value, value);
        options->binds[options->bind_count - 1].keep = keep;
    } else if (stack) {
        options->stack_limit = parse_number(name, value);
        options->has_stack_limit = true;
    }
    return wanted;
}

static void parse(struct launch_options *options, char **argv) {
    const struct { const char *name; bool *to; } switches[] = {
        {"--aslr", &options->aslr},       {"--sandbox", &options->sandbox},
        {"--session", &options->session}, {"--probe", &options->probe},
        {"--find", &options->find},       {"--in-memory", &options->in_memory},
        {"--background", &options->background},
    };
    char **at = argv + 1;
    for (; *at != NULL && strncmp(*at, "--", 2) == 0 && (*at)[2] != '\0'; at++) {
        bool known = false;
        if (strcmp(*at, "--help") == 0)
            _exit(write(1, usage, sizeof usage - 1) < 0);
        for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++)
            if (strcmp(*at, switches[i].name) == 0)
                known = *switches[i].to = true;
        if (!known && parse_value(options, *at, at[1]))
            known = true, at++;
        if (!known)
            launch_fail(LAUNCH_SETUP_FAILED, "unknown option %s; --help lists them", *at);
    }
    if (*at != NULL && strcmp(*at, "--") == 0)
        at++;
    options->argv = at;
}

static void check(struct launch_options *options) {
    if (options->argv[0] == NULL && !options->probe && options->serve == NULL && options->show == NULL)
        launch_fail(LAUNCH_SETUP_FAILED, "no program given; --help shows how");
    if (options->terminal != NULL && (options->stdin_file != NULL || options->stdout_file != NULL || options->stderr_file != NULL))
        launch_fail(LAUNCH_SETUP_FAILED, "--terminal is stdin, stdout and stderr: no --stdin, --stdout or --stderr with it");
    if ((options->run == NULL) != (options->lib == NULL))
        launch_fail(LAUNCH_SETUP_FAILED, "--run and --lib belong together");
    if (options->run != NULL && (options->run[0] != '/' || options->lib[0] != '/'))
        launch_fail(LAUNCH_SETUP_FAILED, "--run and --lib want absolute paths");
    if (options->sandbox && options->scratch == NULL && !options->probe)
        launch_fail(LAUNCH_SETUP_FAILED, "--sandbox needs --scratch DIR for what the program writes");
    if (!options->sandbox && !options->probe && (options->bind_count != 0 || options->scratch != NULL))
        launch_fail(LAUNCH_SETUP_FAILED, "--bind, --rw and --scratch have a meaning only with --sandbox");
    // Without this the control page would be a private copy that nobody reads.
    if (options->sandbox && options->run != NULL)
        add_bind(options, options->run, options->run);
}

int main(int argc, char **argv) {
    (void)argc;
    struct launch_options options = {0};
    parse(&options, argv);
    check(&options);
    if (options.serve != NULL)
        return launch_serve(options.serve);
    if (options.at != NULL)
        return launch_remote(&options);
    if (options.show != NULL)
        return launch_show(options.show);
    if (options.find)
        return launch_find(options.argv);
    if (options.sandbox || options.probe)
        return launch_sandbox(&options);
    char **environment = launch_environment(&options);
    launch_connect(&options);
    launch_program(&options, environment, options.cwd);
}
