// The model of every system call that ordinary programs use. Data only.
//
// A number that is missing here is not modelled: it is performed, logged as uncontrolled and named.
// Sizes are those of the kernel's x86-64 structures. Before you change an entry of a released version: the
// check of recorded logs changes with it, so bump SH_ABI_VERSION.
#include "syscalls.h"

#include <sys/syscall.h>

#define ARGS(a, b, c, d, e, f) ((a) | (b) << 1 | (c) << 2 | (d) << 3 | (e) << 4 | (f) << 5)
#define NONE 0
#define A0 ARGS(1, 0, 0, 0, 0, 0)
#define A1 ARGS(0, 1, 0, 0, 0, 0)
#define A2 ARGS(0, 0, 1, 0, 0, 0)
#define A3 ARGS(0, 0, 0, 1, 0, 0)
#define A4 ARGS(0, 0, 0, 0, 1, 0)
#define A5 ARGS(0, 0, 0, 0, 0, 1)

#define ONE(argument, bytes) {argument, STORE_ONE, 0, bytes}
#define BY_ARG(argument, count, bytes) {argument, STORE_BY_ARG, count, bytes}
#define BY_RESULT(argument, bytes) {argument, STORE_BY_RESULT, 0, bytes}
#define BY_BITS(argument, count) {argument, STORE_BY_BITS, count, 1}
#define BY_LENGTH(argument, length) {argument, STORE_BY_LENGTH, length, 1}

#define INJECT(number, scalars_, strings_, ...) \
    [number] = {.class = CALL_INJECT, .scalars = scalars_, .strings = strings_, .stores = {__VA_ARGS__}}
#define STATE(number, scalars_, strings_) [number] = {.class = CALL_STATE, .scalars = scalars_, .strings = strings_}
#define STATE_OWN(number, scalars_, strings_) \
    [number] = {.class = CALL_STATE, .scalars = scalars_, .strings = strings_, .flags = CALL_OWN_STATE}
#define STATE_FD(number, scalars_) [number] = {.class = CALL_STATE, .scalars = scalars_, .flags = CALL_ON_FD}
#define WITH_INPUT(number, class_, scalars_, strings_, argument, length, size) \
    [number] = {.class = class_, .scalars = scalars_, .strings = strings_, .in = argument, .in_length = length, .in_size = size}
#define SPECIAL(number, function) [number] = {.class = CALL_SPECIAL, .special = call_##function}
#define SPECIAL_ON(number, function, scalars_, strings_, flags_) \
    [number] = {.class = CALL_SPECIAL, .special = call_##function, .scalars = scalars_, .strings = strings_, .flags = flags_}
#define STATUS(number, scalars_, strings_, argument, size) \
    [number] = {.class = CALL_SPECIAL, .special = call_status, .scalars = scalars_, .strings = strings_, .stores = {ONE(argument, size)}}
#define REPEAT(number) [number] = {.class = CALL_REPEAT}
#define REFUSE(number) [number] = {.class = CALL_REFUSE}
#define WAITS(number, scalars_, flags_, ...) \
    [number] = {.class = CALL_INJECT, .scalars = scalars_, .flags = flags_, .stores = {__VA_ARGS__}}

const struct call_model call_models[CALLS_MAX] = {
    // -- input and output
    SPECIAL_ON(SYS_read, input, A0 | A2, 0, CALL_RESTARTS),
    SPECIAL_ON(SYS_pread64, input, A0 | A2 | A3, 0, CALL_RESTARTS),
    SPECIAL_ON(SYS_readv, input, A0 | A2, 0, CALL_RESTARTS),
    SPECIAL_ON(SYS_preadv, input, A0 | A2 | A3, 0, CALL_RESTARTS),
    SPECIAL_ON(SYS_preadv2, input, A0 | A2 | A3 | A5, 0, CALL_RESTARTS),
    SPECIAL_ON(SYS_recvfrom, input, A0 | A2 | A3, 0, CALL_RESTARTS),
    SPECIAL_ON(SYS_write, output, A0 | A2, 0, CALL_RESTARTS),
    SPECIAL_ON(SYS_pwrite64, output, A0 | A2 | A3, 0, CALL_RESTARTS),
    SPECIAL_ON(SYS_writev, output, A0 | A2, 0, CALL_RESTARTS),
    SPECIAL_ON(SYS_pwritev, output, A0 | A2 | A3, 0, CALL_RESTARTS),
    SPECIAL_ON(SYS_pwritev2, output, A0 | A2 | A3 | A5, 0, CALL_RESTARTS),
    SPECIAL_ON(SYS_sendto, output, A0 | A2 | A3, 0, CALL_RESTARTS),
    SPECIAL_ON(SYS_recvmsg, message_in, A0 | A2, 0, CALL_RESTARTS),
    SPECIAL_ON(SYS_sendmsg, message_out, A0 | A2, 0, CALL_RESTARTS),
    SPECIAL_ON(SYS_sendmmsg, messages_out, A0 | A2 | A3, 0, CALL_RESTARTS),
    SPECIAL_ON(SYS_sendfile, send_file, A0 | A1 | A3, 0, CALL_RESTARTS),
    SPECIAL_ON(SYS_copy_file_range, send_file, A0 | A2 | A4 | A5, 0, CALL_RESTARTS),
    SPECIAL_ON(SYS_splice, send_file, A0 | A2 | A4 | A5, 0, CALL_RESTARTS),
    REFUSE(SYS_tee), REFUSE(SYS_vmsplice), // callers fall back to read and write
    SPECIAL_ON(SYS_recvmmsg, messages_in, A0 | A2 | A3, 0, CALL_RESTARTS),
    SPECIAL_ON(SYS_lseek, lseek, A0 | A1 | A2, 0, 0),
    // -- files
    SPECIAL_ON(SYS_open, open, A1, A0, CALL_RESTARTS), // without O_CREAT there need not be a mode
    SPECIAL_ON(SYS_openat, open, A0 | A2, A1, CALL_RESTARTS),
    SPECIAL_ON(SYS_creat, open, A1, A0, CALL_RESTARTS),
    SPECIAL_ON(SYS_openat2, open, A0 | A3, A1, CALL_RESTARTS),
    SPECIAL_ON(SYS_close, close, A0, 0, 0),
    SPECIAL_ON(SYS_close_range, close_range, A0 | A1 | A2, 0, 0),
    SPECIAL_ON(SYS_dup, dup, A0, 0, 0),
    SPECIAL_ON(SYS_dup2, dup, A0 | A1, 0, 0),
    SPECIAL_ON(SYS_dup3, dup, A0 | A1 | A2, 0, 0),
    SPECIAL_ON(SYS_fcntl, fcntl, A0 | A1, 0, CALL_RESTARTS),
    SPECIAL_ON(SYS_ioctl, ioctl, A0 | A1, 0, CALL_RESTARTS),
    STATUS(SYS_stat, NONE, A0, 1, 144),
    STATUS(SYS_fstat, A0, 0, 1, 144),
    STATUS(SYS_lstat, NONE, A0, 1, 144),
    STATUS(SYS_newfstatat, A0 | A3, A1, 2, 144),
    STATUS(SYS_statx, A0 | A2 | A3, A1, 4, 256),
    INJECT(SYS_statfs, NONE, A0, ONE(1, 120)),
    INJECT(SYS_fstatfs, A0, 0, ONE(1, 120)),
    INJECT(SYS_access, A1, A0),
    INJECT(SYS_faccessat, A0 | A2, A1),
    INJECT(SYS_faccessat2, A0 | A2 | A3, A1),
    INJECT(SYS_readlink, A2, A0, BY_RESULT(1, 1)),
    INJECT(SYS_readlinkat, A0 | A3, A1, BY_RESULT(2, 1)),
    INJECT(SYS_getcwd, A1, 0, BY_RESULT(0, 1)),
    INJECT(SYS_getdents, A0 | A2, 0, BY_RESULT(1, 1)),
    INJECT(SYS_getdents64, A0 | A2, 0, BY_RESULT(1, 1)),
    INJECT(SYS_getxattr, A3, A0 | A1, BY_RESULT(2, 1)),
    INJECT(SYS_lgetxattr, A3, A0 | A1, BY_RESULT(2, 1)),
    INJECT(SYS_fgetxattr, A0 | A3, A1, BY_RESULT(2, 1)),
    INJECT(SYS_listxattr, A2, A0, BY_RESULT(1, 1)),
    INJECT(SYS_llistxattr, A2, A0, BY_RESULT(1, 1)),
    INJECT(SYS_flistxattr, A0 | A2, 0, BY_RESULT(1, 1)),
    STATE_OWN(SYS_chdir, NONE, A0), STATE_OWN(SYS_fchdir, A0, 0), STATE_OWN(SYS_umask, A0, 0),
    STATE(SYS_mkdir, A1, A0),
    STATE(SYS_mkdirat, A0 | A2, A1),
    STATE(SYS_rmdir, NONE, A0),
    STATE(SYS_unlink, NONE, A0),
    STATE(SYS_unlinkat, A0 | A2, A1),
    STATE(SYS_rename, NONE, A0 | A1),
    STATE(SYS_renameat, A0 | A2, A1 | A3),
    STATE(SYS_renameat2, A0 | A2 | A4, A1 | A3),
    STATE(SYS_link, NONE, A0 | A1),
    STATE(SYS_linkat, A0 | A2 | A4, A1 | A3),
    STATE(SYS_symlink, NONE, A0 | A1),
    STATE(SYS_symlinkat, A1, A0 | A2),
    STATE(SYS_mknod, A1 | A2, A0),
    STATE(SYS_mknodat, A0 | A2 | A3, A1),
    STATE(SYS_chmod, A1, A0),
    STATE_FD(SYS_fchmod, A0 | A1),
    STATE(SYS_fchmodat, A0 | A2, A1),
    STATE(SYS_chown, A1 | A2, A0),
    STATE(SYS_lchown, A1 | A2, A0),
    STATE_FD(SYS_fchown, A0 | A1 | A2),
    STATE(SYS_fchownat, A0 | A2 | A3 | A4, A1),
    STATE(SYS_truncate, A1, A0),
    STATE_FD(SYS_ftruncate, A0 | A1),
    STATE_FD(SYS_fallocate, A0 | A1 | A2 | A3),
    WITH_INPUT(SYS_setxattr, CALL_STATE, A3 | A4, A0 | A1, 2, 3, 1),
    WITH_INPUT(SYS_lsetxattr, CALL_STATE, A3 | A4, A0 | A1, 2, 3, 1),
    WITH_INPUT(SYS_fsetxattr, CALL_STATE, A0 | A3 | A4, A1, 2, 3, 1),
    STATE(SYS_removexattr, NONE, A0 | A1),
    STATE(SYS_lremovexattr, NONE, A0 | A1),
    [SYS_fremovexattr] = {.class = CALL_STATE, .scalars = A0, .strings = A1, .flags = CALL_ON_FD},
    WITH_INPUT(SYS_utime, CALL_STATE, NONE, A0, 1, 0, 16),
    WITH_INPUT(SYS_utimes, CALL_STATE, NONE, A0, 1, 0, 32),
    WITH_INPUT(SYS_futimesat, CALL_STATE, A0, A1, 2, 0, 32),
    [SYS_utimensat] = {.class = CALL_STATE, .scalars = A0 | A3, .in = 2, .in_size = 32}, // the path may be NULL
    INJECT(SYS_fsync, A0, 0), INJECT(SYS_fdatasync, A0, 0), INJECT(SYS_sync, 0, 0), INJECT(SYS_syncfs, A0, 0),
    INJECT(SYS_sync_file_range, A0 | A1 | A2 | A3, 0),
    WAITS(SYS_flock, A0 | A1, CALL_RESTARTS),
    INJECT(SYS_fadvise64, A0 | A1 | A2 | A3, 0), INJECT(SYS_readahead, A0 | A1 | A2, 0),
    SPECIAL_ON(SYS_pipe, pipe, 0, 0, 0),
    SPECIAL_ON(SYS_pipe2, pipe, A1, 0, 0),
    // -- descriptors that the kernel makes
    SPECIAL_ON(SYS_epoll_create, fd_made, A0, 0, 0), SPECIAL_ON(SYS_epoll_create1, fd_made, A0, 0, 0),
    SPECIAL_ON(SYS_eventfd, fd_made, A0, 0, 0), SPECIAL_ON(SYS_eventfd2, fd_made, A0 | A1, 0, 0),
    SPECIAL_ON(SYS_timerfd_create, fd_made, A0 | A1, 0, 0),
    SPECIAL_ON(SYS_signalfd, fd_made, A0, 0, 0), SPECIAL_ON(SYS_signalfd4, fd_made, A0 | A3, 0, 0),
    SPECIAL_ON(SYS_inotify_init, fd_made, 0, 0, 0), SPECIAL_ON(SYS_inotify_init1, fd_made, A0, 0, 0),
    SPECIAL_ON(SYS_pidfd_open, fd_made, A1, 0, 0),
    SPECIAL_ON(SYS_memfd_create, memfd, A1, A0, 0),
    INJECT(SYS_inotify_add_watch, A0 | A2, A1), INJECT(SYS_inotify_rm_watch, A0 | A1, 0),
    // of the event only what is waited for is controlled
    [SYS_epoll_ctl] = {.class = CALL_SPECIAL, .special = call_epoll_control, .scalars = A0 | A1 | A2, .in = 3, .in_size = 4},
    SPECIAL_ON(SYS_epoll_wait, epoll_wait, A0 | A2 | A3, 0, 0), SPECIAL_ON(SYS_epoll_pwait, epoll_wait, A0 | A2 | A3, 0, 0),
    SPECIAL_ON(SYS_epoll_pwait2, epoll_wait, A0 | A2, 0, 0),
    WAITS(SYS_poll, A1 | A2, 0, BY_ARG(0, 1, 8)),
    WAITS(SYS_ppoll, A1, CALL_STORES_ON_EINTR, BY_ARG(0, 1, 8), ONE(2, 16)),
    SPECIAL_ON(SYS_select, select, A0, 0, 0), SPECIAL_ON(SYS_pselect6, select, A0, 0, 0),
    WITH_INPUT(SYS_timerfd_settime, CALL_INJECT, A0 | A1, 0, 2, 0, 32),
    INJECT(SYS_timerfd_gettime, A0, 0, ONE(1, 32)),
    // -- sockets
    SPECIAL_ON(SYS_socket, socket, A0 | A1 | A2, 0, 0),
    SPECIAL_ON(SYS_socketpair, socket_pair, A0 | A1 | A2, 0, 0),
    SPECIAL_ON(SYS_accept, accept, A0, 0, CALL_RESTARTS), SPECIAL_ON(SYS_accept4, accept, A0 | A3, 0, CALL_RESTARTS),
    [SYS_connect] = {.class = CALL_SPECIAL, .special = call_name, .scalars = A0 | A2, .flags = CALL_RESTARTS, .in = 1, .in_length = 2, .in_size = 1},
    [SYS_bind] = {.class = CALL_SPECIAL, .special = call_name, .scalars = A0 | A2, .in = 1, .in_length = 2, .in_size = 1},
    SPECIAL_ON(SYS_listen, listen, A0 | A1, 0, 0), INJECT(SYS_shutdown, A0 | A1, 0),
    INJECT(SYS_getsockname, A0, 0, BY_LENGTH(1, 2)), INJECT(SYS_getpeername, A0, 0, BY_LENGTH(1, 2)),
    INJECT(SYS_getsockopt, A0 | A1 | A2, 0, BY_LENGTH(3, 4)),
    WITH_INPUT(SYS_setsockopt, CALL_INJECT, A0 | A1 | A2 | A4, 0, 3, 4, 1),
    // -- memory: the same in every mode, because addresses are
    SPECIAL_ON(SYS_mmap, map, A1 | A2 | A3 | A4 | A5, 0, 0), SPECIAL_ON(SYS_munmap, unmap, 0, 0, 0),
    REPEAT(SYS_brk), REPEAT(SYS_mprotect), REPEAT(SYS_mremap), REPEAT(SYS_madvise), REPEAT(SYS_msync),
    REPEAT(SYS_mlock), REPEAT(SYS_mlock2), REPEAT(SYS_munlock), REPEAT(SYS_mlockall), REPEAT(SYS_munlockall), REPEAT(SYS_mincore),
    REPEAT(SYS_membarrier), SPECIAL(SYS_set_robust_list, robust_list), REPEAT(SYS_get_robust_list), SPECIAL(SYS_rseq, rseq),
    SPECIAL(SYS_set_tid_address, tid_address), REPEAT(SYS_pkey_alloc), REPEAT(SYS_pkey_free), REPEAT(SYS_pkey_mprotect),
    INJECT(SYS_get_mempolicy, A2 | A4, 0, ONE(0, 4), BY_BITS(1, 2)), REPEAT(SYS_set_mempolicy), REPEAT(SYS_mbind),
    SPECIAL_ON(SYS_arch_prctl, arch_prctl, A0, 0, 0),
    // -- time
    SPECIAL_ON(SYS_clock_gettime, clock, A0, 0, 0), SPECIAL_ON(SYS_gettimeofday, clock, 0, 0, 0), SPECIAL_ON(SYS_time, clock, 0, 0, 0),
    INJECT(SYS_clock_getres, A0, 0, ONE(1, 16)), INJECT(SYS_times, 0, 0, ONE(0, 32)),
    INJECT(SYS_getrusage, A0, 0, ONE(1, 144)), INJECT(SYS_getitimer, A0, 0, ONE(1, 32)),
    [SYS_setitimer] = {.class = CALL_INJECT, .scalars = A0, .in = 1, .in_size = 32, .stores = {ONE(2, 32)}},
    INJECT(SYS_alarm, A0, 0),
    [SYS_timer_create] = {.class = CALL_INJECT, .scalars = A0, .stores = {ONE(2, 4)}},
    [SYS_timer_settime] = {.class = CALL_INJECT, .scalars = A0 | A1, .in = 2, .in_size = 32, .stores = {ONE(3, 32)}},
    INJECT(SYS_timer_gettime, A0, 0, ONE(1, 32)), INJECT(SYS_timer_getoverrun, A0, 0), INJECT(SYS_timer_delete, A0, 0),
    SPECIAL_ON(SYS_nanosleep, sleep, 0, 0, CALL_STORES_ON_EINTR), SPECIAL_ON(SYS_clock_nanosleep, sleep, A0 | A1, 0, CALL_STORES_ON_EINTR),
    [SYS_adjtimex] = {.class = CALL_INJECT, .stores = {ONE(0, 208)}}, [SYS_clock_adjtime] = {.class = CALL_INJECT, .scalars = A0, .stores = {ONE(1, 208)}},
    // -- the process and its identity
    INJECT(SYS_getpid, 0, 0), INJECT(SYS_getppid, 0, 0), INJECT(SYS_gettid, 0, 0), INJECT(SYS_getpgrp, 0, 0),
    INJECT(SYS_getpgid, A0, 0), INJECT(SYS_getsid, A0, 0), INJECT(SYS_setsid, 0, 0), INJECT(SYS_setpgid, A0 | A1, 0),
    INJECT(SYS_getuid, 0, 0), INJECT(SYS_geteuid, 0, 0), INJECT(SYS_getgid, 0, 0), INJECT(SYS_getegid, 0, 0),
    INJECT(SYS_getgroups, A0, 0, BY_RESULT(1, 4)), WITH_INPUT(SYS_setgroups, CALL_INJECT, A0, 0, 1, 0, 0),
    INJECT(SYS_getresuid, 0, 0, ONE(0, 4), ONE(1, 4), ONE(2, 4)), INJECT(SYS_getresgid, 0, 0, ONE(0, 4), ONE(1, 4), ONE(2, 4)),
    INJECT(SYS_setuid, A0, 0), INJECT(SYS_setgid, A0, 0), INJECT(SYS_setreuid, A0 | A1, 0), INJECT(SYS_setregid, A0 | A1, 0),
    INJECT(SYS_setresuid, A0 | A1 | A2, 0), INJECT(SYS_setresgid, A0 | A1 | A2, 0), INJECT(SYS_setfsuid, A0, 0), INJECT(SYS_setfsgid, A0, 0),
    [SYS_capget] = {.class = CALL_INJECT, .stores = {ONE(0, 8), ONE(1, 24)}}, WITH_INPUT(SYS_capset, CALL_INJECT, 0, 0, 1, 0, 24),
    INJECT(SYS_uname, 0, 0, ONE(0, 390)), INJECT(SYS_sysinfo, 0, 0, ONE(0, 112)),
    INJECT(SYS_getrlimit, A0, 0, ONE(1, 16)), WITH_INPUT(SYS_setrlimit, CALL_STATE, A0, 0, 1, 0, 16),
    [SYS_prlimit64] = {.class = CALL_INJECT, .scalars = A1, .in = 2, .in_size = 16, .stores = {ONE(3, 16)}},
    INJECT(SYS_getpriority, A0 | A1, 0), INJECT(SYS_setpriority, A0 | A1 | A2, 0), INJECT(SYS_ioprio_get, A0 | A1, 0), INJECT(SYS_ioprio_set, A0 | A1 | A2, 0),
    SPECIAL(SYS_sched_yield, yield), [SYS_sched_getaffinity] = {.class = CALL_SPECIAL, .special = call_processors, .scalars = A1, .stores = {BY_RESULT(2, 1)}}, WITH_INPUT(SYS_sched_setaffinity, CALL_INJECT, A1, 0, 2, 1, 1),
    INJECT(SYS_sched_getparam, 0, 0, ONE(1, 4)), INJECT(SYS_sched_setparam, 0, 0), SPECIAL(SYS_sched_getscheduler, class_read), INJECT(SYS_sched_setscheduler, A1, 0),
    INJECT(SYS_sched_get_priority_max, A0, 0), INJECT(SYS_sched_get_priority_min, A0, 0), INJECT(SYS_sched_rr_get_interval, 0, 0, ONE(1, 16)),
    INJECT(SYS_getcpu, 0, 0, ONE(0, 4), ONE(1, 4)), INJECT(SYS_getrandom, A1 | A2, 0, BY_RESULT(0, 1)),
    INJECT(SYS_personality, A0, 0), INJECT(SYS_syslog, A0 | A2, 0, BY_RESULT(1, 1)),
    SPECIAL_ON(SYS_prctl, prctl, A0, 0, 0),
    // -- processes and signals
    SPECIAL(SYS_clone, clone), SPECIAL(SYS_fork, clone), SPECIAL(SYS_vfork, clone), SPECIAL(SYS_clone3, clone3),
    SPECIAL(SYS_execve, exec), SPECIAL(SYS_execveat, exec), SPECIAL(SYS_exit, exit), SPECIAL(SYS_exit_group, exit),
    SPECIAL_ON(SYS_wait4, wait, A2, 0, CALL_RESTARTS), SPECIAL_ON(SYS_waitid, wait, A0 | A3, 0, CALL_RESTARTS),
    SPECIAL_ON(SYS_kill, kill, A1, 0, 0), SPECIAL_ON(SYS_tkill, kill, A1, 0, 0), SPECIAL_ON(SYS_tgkill, kill, A2, 0, 0),
    SPECIAL_ON(SYS_rt_sigqueueinfo, kill, A1, 0, 0), SPECIAL_ON(SYS_rt_tgsigqueueinfo, kill, A2, 0, 0),
    SPECIAL(SYS_rt_sigaction, sigaction), SPECIAL(SYS_rt_sigprocmask, sigmask), SPECIAL(SYS_sigaltstack, sigaltstack),
    INJECT(SYS_rt_sigpending, 0, 0, ONE(0, 8)), WAITS(SYS_rt_sigsuspend, 0, 0), WAITS(SYS_pause, 0, 0),
    WAITS(SYS_rt_sigtimedwait, 0, 0, ONE(1, 128)),
    SPECIAL_ON(SYS_futex, futex, A1 | A2, 0, CALL_RESTARTS),
    // -- System V queues and semaphores, POSIX queues
    INJECT(SYS_semget, A0 | A1 | A2, 0), WAITS(SYS_semop, A0 | A2, 0), WAITS(SYS_semtimedop, A0 | A2, 0), INJECT(SYS_msgget, A0 | A1, 0),
    [SYS_msgsnd] = {.class = CALL_INJECT, .scalars = A0 | A2 | A3, .in = 1, .in_length = 2, .in_size = 1},
    // -- other ways exist for these
    REFUSE(SYS_io_uring_setup), REFUSE(SYS_io_uring_enter), REFUSE(SYS_io_uring_register), REFUSE(SYS_io_setup),
    REFUSE(SYS_futex_waitv),
};
