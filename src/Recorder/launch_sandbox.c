// The sandbox: namespaces around the program, so that a trial changes nothing and meets nobody outside.
//
// Where: three processes. The *outer* one is the caller's child and stays outside: it waits, passes signals
// on, and ends with its own parent. Its child is *pid 1* inside: it builds the view, starts the program,
// reaps, and takes everything with it when it ends. The program has a process group of its own (kill(0)
// must not reach the caller), which is the terminal's foreground group if the launcher's was.
// Rules: nothing stays mounted or running outside, however any of the three dies.
#include "launch.h"
#include "launch_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/capability.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// What the outer process finds out before it clones.
struct outer {
    char scratch[PATH_MAX], cwd[PATH_MAX];
    char **environment;
    uid_t uid;
    gid_t gid;
    int parent, self;       // pidfds of the caller and of the outer process; -1 where there are none
    int terminal;           // stdin, if it is the terminal and we are in the foreground; -1 if not
    bool foreground;
    bool in_user_namespace;
    sigset_t signals;       // those that are passed on, and SIGCHLD
};

static sigset_t program_mask;              // the caller's signal mask, the program's again
static struct sigaction program_sigchld;   // and disposition

// ---------------------------------------------------------------- waiting and signals

static void take_signals(sigset_t *set) {
    static const int forwarded[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGCHLD};
    sigemptyset(set);
    for (size_t i = 0; i < sizeof forwarded / sizeof forwarded[0]; i++)
        sigaddset(set, forwarded[i]);
    sigprocmask(SIG_BLOCK, set, &program_mask);
    struct sigaction normal = {.sa_handler = SIG_DFL};
    sigaction(SIGCHLD, &normal, &program_sigchld);
}

static int code_of(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Waits for `child`, passing signals on to it; ends it when `parent` (a pidfd, or -1) ends.
static int wait_for(pid_t child, int parent, const sigset_t *set) {
    int signals = signalfd(-1, set, SFD_CLOEXEC | SFD_NONBLOCK);
    for (;;) {
        int status;
        for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
            if (pid == child)
                return code_of(status);
        struct pollfd waits[2] = {{.fd = signals, .events = POLLIN}, {.fd = parent, .events = POLLIN}};
        if (poll(waits, 2, -1) < 0 && errno != EINTR)
            launch_fail(LAUNCH_SETUP_FAILED, "cannot wait for the program: %s", strerror(errno));
        if (waits[1].revents != 0)
            kill(child, SIGKILL);
        struct signalfd_siginfo info;
        while (read(signals, &info, sizeof info) == sizeof info)
            if (info.ssi_signo != SIGCHLD)
                kill(child, (int)info.ssi_signo);
    }
}

// ---------------------------------------------------------------- pid 1

static void write_file(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        launch_fail(LAUNCH_SETUP_FAILED, "cannot set up the user namespace: writing %s: %s", path, strerror(errno));
    close(fd);
}

// The same user and group inside as outside.
static void map_user(uid_t uid, gid_t gid) {
    char text[64];
    write_file("/proc/self/setgroups", "deny");
    snprintf(text, sizeof text, "%u %u 1", uid, uid);
    write_file("/proc/self/uid_map", text);
    snprintf(text, sizeof text, "%u %u 1", gid, gid);
    write_file("/proc/self/gid_map", text);
}

static void raise_loopback(void) {
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct ifreq request = {.ifr_name = "lo"};
    if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &request) < 0)
        launch_fail(LAUNCH_SETUP_FAILED, "cannot reach the sandbox's loopback interface: %s", strerror(errno));
    request.ifr_flags |= IFF_UP | IFF_RUNNING;
    if (ioctl(fd, SIOCSIFFLAGS, &request) < 0)
        launch_fail(LAUNCH_SETUP_FAILED, "cannot raise the sandbox's loopback interface: %s", strerror(errno));
    close(fd);
}

// What remains lets root open, own and kill things inside, and reaches nothing outside.
static void drop_capabilities(void) {
    static const int dropped[] = {
        CAP_SYS_ADMIN,    CAP_NET_ADMIN,      CAP_SYS_MODULE,     CAP_SYS_RAWIO,      CAP_SYS_BOOT,
        CAP_SYS_TIME,     CAP_MKNOD,          CAP_SYS_PTRACE,     CAP_DAC_READ_SEARCH, CAP_SYSLOG,
        CAP_MAC_ADMIN,    CAP_MAC_OVERRIDE,   CAP_SYS_PACCT,      CAP_SYS_TTY_CONFIG, CAP_AUDIT_CONTROL,
        CAP_AUDIT_READ,   CAP_AUDIT_WRITE,    CAP_WAKE_ALARM,     CAP_BLOCK_SUSPEND,  CAP_LINUX_IMMUTABLE,
        CAP_PERFMON,      CAP_BPF,            CAP_CHECKPOINT_RESTORE,
    };
    for (size_t i = 0; i < sizeof dropped / sizeof dropped[0]; i++)
        if (prctl(PR_CAPBSET_DROP, dropped[i], 0, 0, 0) < 0 && errno != EINVAL) // EINVAL: older kernel
            launch_fail(LAUNCH_SETUP_FAILED, "cannot drop capability %d: %s", dropped[i], strerror(errno));
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        launch_fail(LAUNCH_SETUP_FAILED, "cannot set no_new_privs: %s", strerror(errno));
}

static _Noreturn void become_program(const struct launch_options *options, const struct outer *outer) {
    bool session = options->session || options->terminal != NULL;
    if (!session) // a group leader cannot open a session
        setpgid(0, 0);
    if (outer->foreground && !session) {
        // From a group that is not yet in the foreground this raises SIGTTOU, unless it is blocked.
        sigset_t output;
        sigemptyset(&output);
        sigaddset(&output, SIGTTOU);
        sigprocmask(SIG_BLOCK, &output, NULL);
        tcsetpgrp(0, getpid());
    }
    drop_capabilities();
    sigaction(SIGCHLD, &program_sigchld, NULL);
    sigprocmask(SIG_SETMASK, &program_mask, NULL);
    launch_program(options, outer->environment, outer->cwd);
}

static _Noreturn void run_inside(struct launch_options *options, const struct outer *outer) {
    if (outer->in_user_namespace)
        map_user(outer->uid, outer->gid);
    struct pollfd ended = {.fd = outer->self, .events = POLLIN};
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
        launch_fail(LAUNCH_SETUP_FAILED, "cannot tie the sandbox to the launcher: %s", strerror(errno));
    if (outer->self >= 0 && poll(&ended, 1, 0) > 0) // it ended before we asked
        _exit(LAUNCH_SETUP_FAILED);
    raise_loopback();
    launch_view(options, outer->scratch, outer->cwd, outer->in_user_namespace);
    if (options->probe)
        _exit(0);
    pid_t program = fork();
    if (program < 0)
        launch_fail(LAUNCH_SETUP_FAILED, "cannot start a process: %s", strerror(errno));
    if (program == 0)
        become_program(options, outer);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); // its capabilities and memory are not the program's to borrow
    close_from_to(0, ~0u); // or a pipe that the program closes would stay open
    _exit(wait_for(program, -1, &outer->signals));
}

// ---------------------------------------------------------------- the outer process

static int read_number(const char *path) {
    char text[16] = "";
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || read(fd, text, sizeof text - 1) <= 0)
        text[0] = '\0';
    if (fd >= 0)
        close(fd);
    return text[0] == '\0' ? -1 : atoi(text);
}

static _Noreturn void fail_clone(int error) {
    static const char advice[] = "run as root with CAP_SYS_ADMIN, or use --no-sandbox";
    if (read_number("/proc/sys/kernel/unprivileged_userns_clone") == 0)
        launch_fail(LAUNCH_SETUP_FAILED, "user namespaces are switched off (sysctl "
                    "kernel.unprivileged_userns_clone=0): switch them on, %s", advice);
    if (read_number("/proc/sys/user/max_user_namespaces") == 0)
        launch_fail(LAUNCH_SETUP_FAILED, "user namespaces are switched off (sysctl user.max_user_namespaces=0): "
                    "switch them on, %s", advice);
    if (error == ENOSPC)
        launch_fail(LAUNCH_SETUP_FAILED, "too many namespaces exist already (sysctl user.max_*_namespaces)");
    if (error == EPERM)
        launch_fail(LAUNCH_SETUP_FAILED, "new namespaces are not permitted here (a container's seccomp profile, a "
                    "chroot or a security module): %s", advice);
    launch_fail(LAUNCH_SETUP_FAILED, "cannot make new namespaces: %s", strerror(error));
}

// Like fork, with namespaces; -1: not permitted. *in_user_namespace: whether one was needed.
static pid_t clone_inside(bool *in_user_namespace) {
    const unsigned long spaces = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWUTS;
    *in_user_namespace = false;
    long pid = geteuid() != 0 ? -1 : syscall(SYS_clone, spaces | SIGCHLD, NULL, NULL, NULL, 0);
    if (pid < 0) {
        *in_user_namespace = true;
        pid = syscall(SYS_clone, spaces | CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, 0);
    }
    return (pid_t)pid;
}

static void make_scratch(const struct launch_options *options, char *scratch, size_t size) {
    char made[PATH_MAX];
    if (options->scratch == NULL) {
        const char *temporary = getenv("TMPDIR");
        snprintf(made, sizeof made, "%s/selfheal-probe.XXXXXX", temporary != NULL ? temporary : "/tmp");
        if (mkdtemp(made) == NULL)
            launch_fail(LAUNCH_SETUP_FAILED, "cannot make a directory for the probe, %s: %s", made, strerror(errno));
    } else {
        snprintf(made, sizeof made, "%s", options->scratch);
        for (char *slash = strchr(made + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
            *slash = '\0';
            mkdir(made, 0777);
            *slash = '/';
        }
        if (mkdir(made, 0700) < 0 && errno != EEXIST)
            launch_fail(LAUNCH_SETUP_FAILED, "cannot make the scratch directory %s: %s", made, strerror(errno));
    }
    char *real = realpath(made, NULL);
    if (real == NULL || strlen(real) >= size)
        launch_fail(LAUNCH_SETUP_FAILED, "cannot use the scratch directory %s: %s", made, strerror(errno));
    memcpy(scratch, real, strlen(real) + 1);
    free(real);
}

static void run_quietly(const char *program, const char *how, const char *to, const char *path) {
    pid_t pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);
        dup2(null, 2);
        execl(program, program, how, to, path, (char *)NULL);
        _exit(1);
    }
    waitpid(pid, NULL, 0);
}

// Our own mkdtemp, and nothing in it but the skeleton of layers that a view needs. Among them may be directories into
// which their owner may not write, as in what they lie above.
static void remove_probe(const char *scratch) {
    run_quietly("/bin/chmod", "-R", "u+rwx", scratch);
    run_quietly("/bin/rm", "-rf", "--", scratch);
}

static void find_working_directory(const struct launch_options *options, struct outer *outer) {
    if (options->probe)
        strcpy(outer->cwd, "/");
    else if (options->cwd == NULL && (getcwd(outer->cwd, PATH_MAX) == NULL || outer->cwd[0] != '/'))
        launch_fail(LAUNCH_SETUP_FAILED, "the working directory does not exist any more");
    else if (options->cwd != NULL && realpath(options->cwd, outer->cwd) == NULL)
        snprintf(outer->cwd, PATH_MAX, "%s", options->cwd); // --bind may make it inside
}

static int open_pidfd(pid_t pid) {
    int fd = pidfd_of(pid); // close-on-exec by itself; kernels before 5.3 lack it
    return fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 10);
}

// Closes what the program has; or a pipe that it closes would stay open.
static void keep_only(int a, int b) {
    int low = a < b ? a : b, high = a < b ? b : a;
    if (low > 0)
        close_from_to(0, (unsigned)low - 1);
    if (high > low + 1)
        close_from_to(low < 0 ? 0 : (unsigned)low + 1, (unsigned)high - 1);
    close_from_to((unsigned)(high + 1), ~0u);
}

int launch_sandbox(struct launch_options *options) {
    static struct outer outer;
    outer.uid = geteuid();
    outer.gid = getegid();
    find_working_directory(options, &outer);
    make_scratch(options, outer.scratch, sizeof outer.scratch);
    outer.environment = options->probe ? NULL : launch_environment(options);
    launch_connect(options);
    outer.parent = open_pidfd(getppid());
    outer.self = open_pidfd(getpid());
    outer.foreground = isatty(0) && tcgetpgrp(0) == getpgrp();
    outer.terminal = outer.foreground ? fcntl(0, F_DUPFD_CLOEXEC, 10) : -1;
    take_signals(&outer.signals);
    pid_t pid = clone_inside(&outer.in_user_namespace);
    if (pid < 0) {
        int error = errno;
        if (options->scratch == NULL)
            rmdir(outer.scratch);
        fail_clone(error);
    }
    if (pid == 0)
        run_inside(options, &outer);
    keep_only(outer.parent, outer.terminal);
    int code = wait_for(pid, outer.parent, &outer.signals);
    if (outer.foreground) {
        signal(SIGTTOU, SIG_IGN);
        tcsetpgrp(outer.terminal, getpgrp());
    }
    if (options->scratch == NULL)
        remove_probe(outer.scratch);
    return code;
}
