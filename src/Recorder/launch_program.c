// Becomes the program: environment, look-up in PATH, checks that it can be recorded, execve.
//
// Where: the launcher's last step; in the sandbox, the child of pid 1, with the sandbox's view.
// Rules: the environment's size does not depend on our own paths, or the program's stack would move.
#include "launch.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

extern char **environ;

enum { PRELOAD_SIZE = 512, RUN_SIZE = 1024, MAX_INTERPRETERS = 5 };

// ---------------------------------------------------------------- environment

// Reads NUL-terminated strings into an array with room for two more in front.
static char **read_environment(const char *file, size_t *count) {
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) < 0)
        launch_fail(LAUNCH_SETUP_FAILED, "cannot read the environment file %s: %s", file, strerror(errno));
    size_t size = (size_t)status.st_size, have = 0;
    char *text = malloc(size + 1);
    while (text != NULL && have < size) {
        ssize_t n = read(fd, text + have, size - have);
        if (n <= 0)
            break;
        have += (size_t)n;
    }
    close(fd);
    if (text == NULL || have < size)
        launch_fail(LAUNCH_SETUP_FAILED, "cannot read the environment file %s", file);
    text[size] = '\0';
    *count = 0;
    for (size_t i = 0; i < size; i += strlen(text + i) + 1)
        ++*count;
    char **strings = malloc((*count + 3) * sizeof *strings);
    if (strings == NULL)
        launch_fail(LAUNCH_SETUP_FAILED, "no memory for the environment");
    size_t n = 2;
    for (size_t i = 0; i < size; i += strlen(text + i) + 1)
        strings[n++] = text + i;
    strings[n] = NULL;
    return strings;
}

static char **copy_environment(size_t *count) {
    *count = 0;
    while (environ[*count] != NULL)
        ++*count;
    char **strings = malloc((*count + 3) * sizeof *strings);
    if (strings == NULL)
        launch_fail(LAUNCH_SETUP_FAILED, "no memory for the environment");
    memcpy(strings + 2, environ, (*count + 1) * sizeof *strings);
    return strings;
}

// NAME=////path, `size` bytes without the terminator, then `tail`.
static char *padded(const char *name, const char *path, size_t size, const char *tail) {
    size_t name_size = strlen(name), path_size = strlen(path), tail_size = strlen(tail);
    if (name_size + path_size > size)
        launch_fail(LAUNCH_SETUP_FAILED, "the path %s is too long: %zu bytes at most", path, size - name_size);
    char *text = malloc(size + tail_size + 1);
    if (text == NULL)
        launch_fail(LAUNCH_SETUP_FAILED, "no memory for the environment");
    memset(text, '/', size);
    memcpy(text, name, name_size);
    memcpy(text + size - path_size, path, path_size);
    memcpy(text + size, tail, tail_size + 1);
    return text;
}

static const char *value_of(char **environment, const char *name) {
    size_t n = strlen(name);
    for (; *environment != NULL; environment++)
        if (strncmp(*environment, name, n) == 0 && (*environment)[n] == '=')
            return *environment + n + 1;
    return NULL;
}

char **launch_environment(const struct launch_options *options) {
    size_t count;
    char **strings = options->env_file != NULL ? read_environment(options->env_file, &count)
                                               : copy_environment(&count);
    if (options->run == NULL)
        return strings + 2;
    // The program's own LD_PRELOAD moves behind ours; a SELFHEAL_RUN of an outer run is not ours.
    char *own = "";
    size_t to = 2;
    for (size_t from = 2; from < count + 2; from++) {
        if (strncmp(strings[from], "LD_PRELOAD=", 11) == 0) {
            if (strings[from][11] != '\0') {
                own = strings[from] + 10;
                own[0] = ':';
            }
        } else if (strncmp(strings[from], "SELFHEAL_RUN=", 13) != 0) {
            strings[to++] = strings[from];
        }
    }
    strings[to] = NULL;
    if (strpbrk(options->lib, ": ") != NULL)
        launch_fail(LAUNCH_SETUP_FAILED, "the loader cannot preload %s: its path holds a colon or a space",
                    options->lib);
    strings[0] = padded("SELFHEAL_RUN=", options->run, RUN_SIZE, "");
    strings[1] = padded("LD_PRELOAD=", options->lib, PRELOAD_SIZE, own);
    return strings;
}

// ---------------------------------------------------------------- look-up

static bool is_executable_file(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

// The path to execute: PROGRAM itself if it holds a slash, else the first executable in PATH.
static const char *find_program(const char *program, char **environment) {
    static char found[PATH_MAX];
    if (strchr(program, '/') != NULL) {
        struct stat status;
        if (stat(program, &status) < 0)
            launch_fail(errno == EACCES ? LAUNCH_CANNOT_EXECUTE : LAUNCH_NOT_FOUND, "cannot run %s: %s",
                        program, strerror(errno));
        if (!is_executable_file(program))
            launch_fail(LAUNCH_CANNOT_EXECUTE, "cannot run %s: it is %s", program,
                        S_ISDIR(status.st_mode) ? "a directory" : "not an executable file (chmod +x?)");
        return program;
    }
    const char *path = value_of(environment, "PATH");
    if (path == NULL)
        path = "/bin:/usr/bin";
    bool exists = false;
    for (const char *end; program[0] != '\0'; path = end + 1) {
        end = strchrnul(path, ':');
        int n = snprintf(found, sizeof found, "%.*s%s%s", (int)(end - path), path, end == path ? "" : "/", program);
        if (n < (int)sizeof found) {
            if (is_executable_file(found))
                return found;
            exists |= access(found, F_OK) == 0;
        }
        if (*end == '\0')
            break;
    }
    if (exists)
        launch_fail(LAUNCH_CANNOT_EXECUTE, "%s is in PATH, but is not an executable file", program);
    launch_fail(LAUNCH_NOT_FOUND, "%s is not in PATH", program);
}

// ---------------------------------------------------------------- can it be recorded?

static _Noreturn void refuse(const char *path, const char *reason) {
    launch_fail(LAUNCH_CANNOT_EXECUTE, "cannot record %s: %s", path, reason);
}

static void check_elf(const char *path, int fd, const Elf64_Ehdr *header) {
    if (header->e_ident[EI_CLASS] != ELFCLASS64)
        refuse(path, "it is a 32-bit program; the recorder is for x86-64");
    if (header->e_machine != EM_X86_64 || header->e_ident[EI_DATA] != ELFDATA2LSB)
        refuse(path, "it is for another processor; the recorder is for x86-64");
    for (unsigned i = 0; i < header->e_phnum; i++) {
        Elf64_Phdr segment;
        off_t at = (off_t)(header->e_phoff + (uint64_t)i * header->e_phentsize);
        if (pread(fd, &segment, sizeof segment, at) != sizeof segment)
            refuse(path, "its program header is cut short");
        if (segment.p_type != PT_INTERP)
            continue;
        char loader[PATH_MAX] = "";
        size_t size = segment.p_filesz < sizeof loader ? segment.p_filesz : sizeof loader - 1;
        if (pread(fd, loader, size, (off_t)segment.p_offset) != (ssize_t)size)
            refuse(path, "its program header is cut short");
        if (strstr(loader, "musl") != NULL)
            refuse(path, "it is linked with musl; the recorder needs glibc");
        if (access(loader, X_OK) < 0)
            launch_fail(LAUNCH_CANNOT_EXECUTE, "cannot run %s: its loader %s is missing", path, loader);
        return;
    }
    refuse(path, "it is statically linked, so nothing can be preloaded; link it dynamically");
}

// Refuses what the loader would start without the recorder. Follows the interpreters of scripts.
static void check_recordable(const char *path, int depth) {
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == EACCES)
        refuse(path, "you may not read it (chmod +r), and the recorder must read its code");
    if (fd < 0 || fstat(fd, &status) < 0)
        launch_fail(LAUNCH_CANNOT_EXECUTE, "cannot run %s: %s", path, strerror(errno));
    if (access(path, X_OK) < 0)
        launch_fail(LAUNCH_CANNOT_EXECUTE, "cannot run %s: %s", path, strerror(errno));
    union {
        Elf64_Ehdr elf;
        char text[256];
    } head = {0};
    ssize_t n = pread(fd, &head, sizeof head - 1, 0);
    if (n >= 2 && head.text[0] == '#' && head.text[1] == '!') {
        close(fd);
        char *interpreter = head.text + 2 + strspn(head.text + 2, " \t");
        interpreter[strcspn(interpreter, " \t\r\n")] = '\0';
        if (depth == MAX_INTERPRETERS || interpreter[0] == '\0')
            refuse(path, "its #! line does not lead to a program");
        if (access(interpreter, F_OK) < 0)
            launch_fail(LAUNCH_CANNOT_EXECUTE, "cannot run %s: its interpreter %s is missing", path, interpreter);
        check_recordable(interpreter, depth + 1);
        return;
    }
    if (n < (ssize_t)sizeof head.elf || memcmp(head.elf.e_ident, ELFMAG, SELFMAG) != 0)
        refuse(path, "it is neither an ELF program nor a script with a #! line");
    if (status.st_mode & (S_ISUID | S_ISGID))
        refuse(path, "it is setuid or setgid, so the loader ignores preloads; record a copy without that bit");
    if (geteuid() != 0 && getxattr(path, "security.capability", NULL, 0) > 0)
        refuse(path, "it has file capabilities, so the loader ignores preloads; record a copy without them");
    check_elf(path, fd, &head.elf);
    close(fd);
}

static void check_run(const struct launch_options *options) {
    char control[PATH_MAX];
    snprintf(control, sizeof control, "%s/control", options->run);
    if (access(control, R_OK | W_OK) < 0)
        launch_fail(LAUNCH_SETUP_FAILED, "%s is not a run directory: cannot use %s: %s", options->run, control,
                    strerror(errno));
    if (access(options->lib, R_OK) < 0)
        launch_fail(LAUNCH_SETUP_FAILED, "cannot read the recorder %s: %s", options->lib, strerror(errno));
}

// ---------------------------------------------------------------- becoming it

#define BACKGROUND_NICE 10

static void set_limits(const struct launch_options *options) {
    if (options->has_stack_limit) {
        struct rlimit limit;
        getrlimit(RLIMIT_STACK, &limit);
        limit.rlim_cur = options->stack_limit;
        if (limit.rlim_cur > limit.rlim_max || setrlimit(RLIMIT_STACK, &limit) < 0)
            launch_fail(LAUNCH_SETUP_FAILED, "cannot set the stack limit to %lu bytes: it is above the hard limit",
                        options->stack_limit);
    }
    if (options->background)
        setpriority(PRIO_PROCESS, 0, BACKGROUND_NICE);
    // A container may refuse this; the recorder then notes that addresses are random.
    if (!options->aslr) {
        int now = personality(0xffffffff);
        if (now >= 0)
            personality((unsigned long)now | ADDR_NO_RANDOMIZE);
    }
}

void launch_program(const struct launch_options *options, char **environment, const char *cwd) {
    if (cwd != NULL && chdir(cwd) < 0)
        launch_fail(LAUNCH_SETUP_FAILED, "cannot work in %s: %s", cwd, strerror(errno));
    bool leads = (options->session || options->terminal != NULL) && setsid() >= 0;
    if (options->terminal != NULL && !leads)
        launch_fail(LAUNCH_SETUP_FAILED, "cannot make %s the controlling terminal: the launcher leads a process group "
                    "(start it from a script, or with setsid --wait)", options->terminal);
    if (leads && ioctl(0, TIOCSCTTY, 0) < 0 && options->terminal != NULL)
        launch_fail(LAUNCH_SETUP_FAILED, "cannot make %s the controlling terminal: %s", options->terminal,
                    errno == EPERM ? "it is another session's" : strerror(errno));
    const char *path = find_program(options->argv[0], environment);
    if (options->run != NULL) {
        check_run(options);
        check_recordable(path, 0);
    }
    set_limits(options);
    if (options->argv0 != NULL)
        options->argv[0] = (char *)options->argv0;
    execve(path, options->argv, environment);
    if (errno == ENOENT)
        launch_fail(LAUNCH_CANNOT_EXECUTE, "cannot run %s: its loader or interpreter is missing", path);
    if (errno == ENOEXEC)
        launch_fail(LAUNCH_CANNOT_EXECUTE, "cannot run %s: it is neither a program for this machine nor a script "
                    "with a #! line", path);
    launch_fail(LAUNCH_CANNOT_EXECUTE, "cannot run %s: %s", path, strerror(errno));
}
