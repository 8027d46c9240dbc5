// What each system call means: which of its arguments are controlled, what it stores, how a replay does it.
#ifndef SELFHEAL_SYSCALLS_H
#define SELFHEAL_SYSCALLS_H

#include "fds.h"
#include "intercept.h"
#include "log.h"
#include "os.h"
#include "replay.h"
#include "run_mode.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/uio.h>

#define CALLS_MAX 512
#define CALL_PIECES 12

enum call_class {
    CALL_UNKNOWN = 0, // not modelled: performed, logged as uncontrolled
    CALL_INJECT,      // replay: result and stored bytes from the log, nothing performed
    CALL_STATE,       // the same, but replay performs it as well where it may (SH_FLAG_PERFORM)
    CALL_NEW_FD,      // result is a new descriptor: replay makes one with that number
    CALL_REPEAT,      // depends on nothing outside: performed in every mode, not logged
    CALL_REFUSE,      // ENOSYS in every mode: the program has another way
    CALL_INPUT,       // stores bytes that come from a descriptor
    CALL_OUTPUT,      // sends bytes to a descriptor
    CALL_SPECIAL,     // has a function of its own
};
enum call_flag {
    CALL_RESTARTS = 1, // is made again after a signal whose handler has SA_RESTART
    CALL_STORES_ON_EINTR = 2,
    CALL_ON_FD = 4,    // arg 0 is a descriptor; performed in replay only if it is a file's
    CALL_OWN_STATE = 8, // changes nothing outside of the process: performed in every replay
};
// What a call stores: `size` bytes at argument `arg`, times ...
enum store_unit {
    STORE_NONE = 0,
    STORE_ONE,    // 1
    STORE_BY_ARG, // the value of argument `by`
    STORE_BY_RESULT,
    STORE_BY_BITS,   // 8 for each 64 of the value of argument `by` - 1, begun
    STORE_BY_LENGTH, // the socklen_t at argument `by`, as it was before the call; and that length itself
};
struct call_store {
    uint8_t arg, unit, by;
    uint16_t size;
};
struct call;
struct call_model {
    uint8_t class;
    uint8_t scalars;  // bit i: argument i is controlled
    uint8_t strings;  // bit i: argument i is a string
    uint8_t flags;
    uint8_t in, in_length; // argument in (1..): input bytes of the length in argument in_length; 0: none
    uint16_t in_size;      // or of this fixed size
    struct call_store stores[3];
    int (*special)(struct call *c); // an intercept_action
};
extern const struct call_model call_models[CALLS_MAX];

struct call {
    struct intercept_frame *frame;
    const struct call_model *model;
    unsigned nr;
    const uint64_t *args;
    long result;
    uint32_t check;
    uint64_t limit; // of the bytes that an input call may read now, 0: none
    bool performed; // call_perform has been made already, its result is there
    uint32_t lengths[3]; // STORE_BY_LENGTH: length before the call
    struct iovec pieces[CALL_PIECES];
    unsigned piece_count;
    size_t piece_size;
};

// The life of a modelled call; special functions are built of these.
long call_perform(struct call *c);  // for real; INTERRUPTED: a signal came first
// A thread is started (clone with CLONE_THREAD), and ends; false: it is the last one.
int call_thread(struct call *c);
bool thread_ends(void);
uint32_t call_check(struct call *c); // needs the result; advances the running check
void call_check_bytes(struct call *c, const void *bytes, size_t n);
void call_collect_stores(struct call *c); // fills pieces
void call_add_piece(struct call *c, void *at, size_t n);
// Record or live: check and append, then INTERCEPT_RETURN. `stream` may be NULL.
int call_log(struct call *c, const struct log_payload *stream);
// The same, with c->check as it stands.
int call_log_checked(struct call *c, const struct log_payload *stream);
// The next step of a thread's running check (thread.check).
ALWAYS_INLINE uint32_t call_check_word(uint32_t check, uint64_t word) {
    uint64_t wide = check;
    __asm__("crc32q %1, %0" : "+r"(wide) : "r"(word));
    return (uint32_t)wide;
}
// Record: read and write without signals in the way, the calls that matter for speed. False: nothing was
// logged yet; go on with call_input or call_output and c->performed.
bool call_fast(struct intercept_frame *frame, struct call *c);
// The whole life of a call by its model.
int call_generic(struct call *c);
// After a call that INTERRUPTED or EINTR ended: the action if the call must be made again, else -1.
int call_restart(struct call *c);

// Replay: the event that belongs to this call, with its result in c->result, or NULL: diverged and gone
// live (make the call for real). Does not return when the replay has to stop.
const struct replay_event *call_replay(struct call *c);
// Replay: compares the check and consumes the event.
void call_replay_done(struct call *c, const struct replay_event *e);
// The same with a check already made; false: diverged and gone live.
bool call_replay_done_checked(struct call *c, const struct replay_event *e, uint32_t check);
// Replay: stores the event's blob into the collected pieces.
void call_replay_stores(struct call *c, const struct replay_event *e);
// Both: the call's event, copied and consumed; false: it went live, make the call for real.
bool call_replayed(struct call *c, struct replay_event *copy);
// Gives the program its result.
int call_returns(struct call *c, long result);
// For real until it is done or a signal wants to come first: then an intercept_action, else -1.
int call_perform_until_done(struct call *c);
// For real until it is done, or from the log (`*replayed`, with its event). False: return *action.
bool call_obtain(struct call *c, struct replay_event *e, bool *replayed, int *action);
// May a replay touch files?
bool call_performs(void);

// Reports a difference between log and program at the current event, and goes live or ends the process.
void run_diverge(struct call *c, const struct replay_event *e, const char *what);
// At the border of an event in the program's own code: signals whose place is right before it. True: call
// signals_raise.
bool run_signals_before(void);
// The same right behind an event.
bool run_signals_behind(void);
// Recording cannot go on: says why, the program continues plain.
void run_stop(const char *why);
// The process is about to end: finish guard, trace and log. `status` as enum sh_status.
void run_finish(unsigned status);
// A module was mapped: logged, or compared with the log.
void run_module_event(const struct module *m);
// Had the recorded program begun this output when it was killed?
bool run_was_in_flight(unsigned nr, int fd);
// The pid that the recorded program had.
long run_recorded_pid(void);
// The program fails with a fatal signal now: failure record, log, finish. frame may be NULL.
void run_failure(int sig, uint64_t pc, uint64_t sp, uint64_t bp, const struct intercept_frame *frame);
// Names the next event as one that a replay cannot promise.
void run_uncontrolled(unsigned code, const char *why);

#define CALL_FUNCTIONS(X)                                                                                              \
    X(input) X(output) X(open) X(close) X(dup) X(pipe) X(fcntl) X(ioctl) X(lseek) X(send_file) X(socket) X(accept)     \
    X(message_in) X(message_out) X(messages_out) X(messages_in) X(select) X(epoll_control) X(epoll_wait) X(listen) X(name) X(status) X(fd_made) X(socket_pair) X(map) X(unmap) X(clone) X(clone3) X(exec) X(exit) \
    X(kill) X(sigaction) X(sigmask) X(sigaltstack) X(wait) X(prctl) X(arch_prctl) X(close_range) X(clock)    \
    X(sleep) X(memfd) X(futex) X(robust_list) X(rseq) X(tid_address) X(yield) X(class_read) X(processors) X(uncontrolled)
#define X(name) int call_##name(struct call *c);
CALL_FUNCTIONS(X)
#undef X

#endif
