// SelfHeal: the contract between the recorder (C, inside the recorded program) and the engine (C#).
//
// What:  the layout of the control page, of the event segments and of the trace file.
// Who:   src/Recorder writes and reads these bytes; src/SelfHeal/Log mirrors them. A test compares both.
// Rules: little endian; no pointers; every size is fixed; change anything -> bump SH_ABI_VERSION and
//        docs/event-log.md.
#ifndef SELFHEAL_RECORDER_ABI_H
#define SELFHEAL_RECORDER_ABI_H

#include <stdint.h>

#define SH_ABI_VERSION 3u

// ---------------------------------------------------------------- control page: RUN/control
#define SH_CONTROL_MAGIC 0x4c5254434c484553ull // "SEHLCTRL" in memory order
#define SH_CONTROL_SIZE 65536u

enum sh_mode {
    SH_MODE_RECORD = 1, // run for real, write the event log
    SH_MODE_REPLAY = 2, // follow source_run's event log
    SH_MODE_PATCH_ONLY = 3, // run for real with the patch, write no log
};

enum sh_flag {
    SH_FLAG_TRACE = 1u << 0,  // write RUN/trace.bin: every event and allocation with its call stack
    SH_FLAG_GUARD = 1u << 1,  // guard mode: every allocation against a guard page
    SH_FLAG_TEE = 1u << 2,    // also append what goes to fd 1 and 2 to RUN/stdout and RUN/stderr
    SH_FLAG_REFUSE = 1u << 3, // set-up failed: exit 125 in place of running plain
    SH_FLAG_GO_LIVE = 1u << 4, // replay: go over to live execution at a divergence or at the log's end
    SH_FLAG_PERFORM = 1u << 5, // replay: really perform what makes state (files); needs the sandbox
    SH_FLAG_ALLOC_COUNT = 1u << 6, // count allocations also outside of trace and guard mode
    SH_FLAG_GUARD_EXACT = 1u << 7, // guard mode: a block ends at the guard even where that misaligns its start,
                                   // so that a write into the alignment slack is seen as it happens
    SH_FLAG_FRESH = 1u << 9,  // replay: live from the start; the log only gives the input
    SH_FLAG_END_DEADLOCK = 1u << 8, // a deadlock of all threads ends the program (SIGABRT), after the failure record
};

// Who runs next, where a thread may be switched out. Chosen by the engine, obeyed in record and patch-only mode.
enum sh_policy {
    SH_POLICY_UNIPROCESSOR = 0, // stay until the thread blocks or its quantum ends, then first in, first out
    SH_POLICY_RANDOM = 1, // at each place switch to a random runnable thread, sched_permille of 1000 times
    SH_POLICY_PCT = 2,    // random priorities, sched_depth - 1 random points of change within sched_length places
    SH_POLICY_POS = 3,    // partial order sampling: random priorities, drawn anew for racing operations
    SH_POLICY_SCRIPT = 4, // RUN/schedule.bin: an array of struct sh_schedule_entry
    SH_POLICY_PROBE = 5,  // the opposite of the patch's holds: where one matches, the thread stays behind for
                          // sched_length microseconds (0: 1000), and the others run; else as uniprocessor
};
// Script: when `thread` is at its `place`-th place (1-based, over the thread's life), `next` runs. At a place where
// the thread need not stop this is an interruption; where it blocks or ends it names the successor. An entry whose
// `next` cannot run is passed over; one that names the thread itself lets it pass the place, so that the entry behind it
// counts where it gives the baton up there. Sorted by thread, then place.
struct sh_schedule_entry {
    uint32_t thread, next;
    uint64_t place;
};
_Static_assert(sizeof(struct sh_schedule_entry) == 16, "schedule entry");

enum sh_status {
    SH_STATUS_NEW = 0,       // written by the engine, the recorder has not started
    SH_STATUS_RUNNING = 1,
    SH_STATUS_PLAIN = 2,     // set-up failed, the program runs plain (status_text says why)
    SH_STATUS_REFUSED = 3,   // set-up failed and SH_FLAG_REFUSE was set
    SH_STATUS_STOPPED = 4,   // recording stopped early, the program went on (status_text says why)
    SH_STATUS_ENDED = 5,     // the program ended by exit or exec; the log is complete
    SH_STATUS_FAILED = 6,    // the program ended by a fatal signal that the recorder saw
    SH_STATUS_DIVERGED = 7,  // replay: diverged and stopped (without SH_FLAG_GO_LIVE)
    SH_STATUS_LOG_END = 8,   // replay: reached the end of a log that was cut short (kill), and stopped
    SH_STATUS_IDLE = 9,      // a replay that went live: all recorded input was read, and the program waits for more
};

#define SH_MAX_FRAMES 48
struct sh_stack {
    uint32_t count;
    uint32_t truncated; // 1: deeper frames exist
    uint64_t pc[SH_MAX_FRAMES]; // innermost first; [0] is a pc, the others are return addresses
};

enum sh_failure_kind {
    SH_FAILURE_NONE = 0,
    SH_FAILURE_SIGNAL = 1, // a fatal signal: fault or abort
    SH_FAILURE_DEADLOCK = 2, // every thread waits for another one, see control.blocked; signo 0
};
struct sh_failure {
    uint32_t kind;
    uint32_t signo;
    int32_t code;      // si_code
    uint32_t thread;   // number of the thread that failed
    uint64_t address;  // si_addr
    uint64_t event;    // events completed before it
    uint64_t regs[18]; // rax rbx rcx rdx rsi rdi rbp rsp r8..r15 rip rflags
    struct sh_stack stack;
};

struct sh_divergence {
    uint64_t event;      // index of the event at which log and program differ
    uint32_t present;    // 1: there is one
    int32_t logged_call; // event code in the log (syscall number or enum sh_event), -1: log ended
    int32_t actual_call; // what the program did
    uint32_t thread;
    uint64_t actual_args[6];
    char text[256];      // one sentence, both sides
    struct sh_stack stack;
};

enum sh_overflow_kind {
    SH_OVERFLOW_WRITE_AFTER = 1,  // write beyond the end of the block
    SH_OVERFLOW_READ_AFTER = 2,   // read beyond the end of the block
    SH_OVERFLOW_WRITE_BEFORE = 3, // write before the block (found on free or at the end)
    SH_OVERFLOW_WRITE_SLACK = 4,  // write beyond the end, within the alignment slack (no access stack)
    SH_OVERFLOW_WRITE_FREED = 5,  // write after free (no access stack)
};
struct sh_overflow {
    uint32_t kind;
    uint32_t blocks;          // blocks of the same allocation stack on which this was seen
    uint64_t size;            // bytes asked for
    uint64_t allocation;      // index of the allocation (0-based, all malloc-family calls counted)
    uint64_t event;           // events completed before the first bad access
    int64_t first;            // offset of the first bad byte from the block's start
    uint64_t extent;          // bytes beyond the end (or before the start), to the farthest bad byte
    struct sh_stack alloc_stack;  // [0] is the return address in malloc's caller
    struct sh_stack access_stack; // [0] is the faulting pc; count 0 where unknown
};

// A thread that waits for another one.
struct sh_blocked {
    uint32_t thread;
    uint32_t operation; // enum sh_operation or system call in which it waits
    uint64_t object;    // address of the lock, condition, ... or word it waits for
    struct sh_stack stack;
};

#define SH_MAX_OVERFLOWS 16
#define SH_MAX_BLOCKED 8
#define SH_MAX_ENTRIES 256
struct sh_control {
    uint64_t magic;
    uint32_t abi_version;
    uint32_t size;             // SH_CONTROL_SIZE
    uint32_t mode;             // enum sh_mode        (engine writes before start)
    uint32_t flags;            // enum sh_flag bits   (engine)
    uint64_t seed;             // (engine)
    char source_run[1024];     // replay: run directory whose log is followed (engine)
    // -- patch, live
    uint32_t patch_generation; // engine increments after it has replaced RUN/patch.ep
    uint32_t patch_seen;       // recorder: generation last read
    uint32_t patch_entries;    // recorder: entries in force (their module is loaded or may yet be)
    uint32_t patch_refused;    // recorder: 1 if the file was refused, patch_text says why
    char patch_text[256];
    uint64_t hits[SH_MAX_ENTRIES]; // per entry of patch.ep, in file order
    // -- progress
    uint32_t status;           // enum sh_status      (recorder)
    int32_t pid;
    char status_text[512];
    uint64_t events;           // events logged or replayed
    uint64_t input_bytes;      // payload bytes in the log
    uint64_t log_bytes;        // all bytes in the log
    uint64_t allocations;      // counted in guard and trace mode, or with SH_FLAG_ALLOC_COUNT
    uint64_t uncontrolled;     // events that are not modelled
    uint64_t children;         // fork, vfork, spawn: unrecorded
    uint64_t signals;          // asynchronous signals delivered
    uint64_t inexact_signals;  // delivered between events by the watchdog: not replayable
    uint64_t sites_rewritten;  // syscall and time-stamp sites replaced by jumps
    uint64_t sites_trapped;    // sites that trap
    uint64_t traps;            // traps taken
    uint64_t setup_ns;         // time spent in the recorder's constructor
    uint64_t live_since;       // replay: event index + 1 at which the run went live, 0: never
    int32_t exit_code;         // from exit_group, -1 while unknown
    uint32_t first_uncontrolled; // event code of the first uncontrolled event
    struct sh_divergence divergence;
    struct sh_failure failure;
    uint32_t overflow_count;   // findings in overflows[]
    uint32_t overflow_lost;    // findings that did not fit
    struct sh_overflow overflows[SH_MAX_OVERFLOWS];
    uint32_t images;           // times the program replaced itself by exec and stayed under the recorder
    uint32_t next_segment;     // segment in which the next image's log begins
    uint32_t in_flight_call;   // 1 + number of an output call that has begun and is not in the log yet, 0: none.
    uint32_t in_flight_fd;     // A killed program's last output may be out although its log lacks it.
    // -- threads
    uint32_t sched_policy;     // enum sh_policy (engine)
    uint32_t sched_permille;   // random (engine); 0: 100
    uint32_t sched_depth;      // pct (engine); 0: 3
    uint32_t standard_kinds;   // exec: what descriptors 0, 1 and 2 are in the new image, 4 bits each (recorder)
    uint64_t sched_length;     // pct: places a run is expected to have (engine), 0: 10000; probe: microseconds, 0: 1000
    uint64_t threads;          // threads started, the first one not counted (recorder)
    uint64_t switches;         // thread execution intervals that ended
    uint64_t places;           // places at which a thread could have been switched out
    uint64_t inexact_switches; // switches between two places, by the watchdog: not replayable exactly
    uint32_t blocked_count;    // deadlock: entries in blocked[]
    uint32_t blocked_lost;     // deadlock: threads that did not fit
    struct sh_blocked blocked[SH_MAX_BLOCKED];
    uint64_t arrived;          // replay that is live: clients that the rest of the log has brought (recorder)
    uint64_t held_input;       // replay that is live: 1 + event of the log from which on input waits until this is 0 (engine)
};
_Static_assert(sizeof(struct sh_control) <= SH_CONTROL_SIZE, "control page overflows");

// ---------------------------------------------------------------- event segments: RUN/events/NNNNNN.seg
// header, then events back to back up to `committed`. Later segments continue the stream of events;
// no event crosses a segment border.
#define SH_SEGMENT_MAGIC 0x47455347454c4853ull // "SHLEGSEG" in memory order
struct sh_segment {
    uint64_t magic;
    uint32_t abi_version;
    uint32_t index;
    uint64_t first_event; // index of the first event in this segment
    uint64_t committed;   // bytes in use, header included; updated after each event
    uint32_t sealed;      // 1: closed in order, `crc` covers bytes [sizeof header, committed)
    uint32_t crc;         // CRC-32C
    uint8_t reserved[24];
};
_Static_assert(sizeof(struct sh_segment) == 64, "segment header");

// An event: u16 head, u16 check, result (by form), payload (by form).
//   head  bits 0-9   code: syscall number, or enum sh_event
//         bits 10-12 result form
//         bits 13-15 payload form
//   check            low 16 bits of the running CRC-32C over the call's controlled arguments and output
#define SH_HEAD(code, result, payload) ((uint16_t)((code) | ((result) << 10) | ((payload) << 13)))
enum sh_result {
    SH_RESULT_ZERO = 0,  // 0; no bytes follow
    SH_RESULT_COUNT = 1, // the call's own byte count (arg 2), as in a full write; of input whose length is the
                         // result: as many as the last input had; no bytes follow
    SH_RESULT_U8 = 2,    // u8
    SH_RESULT_ERRNO = 3, // u8, result is -value
    SH_RESULT_U32 = 4,   // u32
    SH_RESULT_U64 = 5,   // u64 (two's complement)
    SH_RESULT_DELTA = 6, // relative to the previous event of the same code: 0 to 32767 is in the event's check; with
                         // bit 15 there the low 15 bits of its zig-zag, whose rest follows as LEB128
    SH_RESULT_ONE = 7,   // 1; no bytes follow
};
enum sh_payload {
    SH_PAYLOAD_NONE = 0,
    SH_PAYLOAD_STREAM = 1,    // input bytes from the same descriptor as the last stream input;
                              // the length is the result
    SH_PAYLOAD_STREAM_FD = 2, // u16 descriptor, u32 length, input bytes
    SH_PAYLOAD_BLOB = 3,      // u8 length, bytes: what the call stored in the program's memory
    SH_PAYLOAD_BLOB32 = 4,    // u32 length, bytes
    SH_PAYLOAD_STREAM_BLOB = 5, // u16 descriptor, u32 length, input bytes, u32 length, blob
    SH_PAYLOAD_STREAM_FD8 = 6,  // u8 descriptor, input bytes; the length is the result
    SH_PAYLOAD_STREAM_NEXT = 7, // the same from the descriptor that is expected next (log_streams.h)
};
#define SH_DELTA_BITS 15u
#define SH_DELTA_MORE 0x8000u
// codes above the system calls
enum sh_event {
    SH_EVENT_START = 700,   // first event. payload: struct sh_start
    SH_EVENT_MODULE = 701,  // a module was mapped. payload: struct sh_module, build-id, path
    SH_EVENT_SIGNAL = 702,  // an asynchronous signal was delivered here. payload: struct sh_signal
    SH_EVENT_TSC = 704,     // rdtsc, rdtscp; result DELTA
    SH_EVENT_RANDOM = 705,  // rdrand, rdseed; result U64
    SH_EVENT_CHILD = 706,   // a child process started; result: pid. It runs unrecorded
    SH_EVENT_UNCONTROLLED = 707, // the *next* event is not modelled. payload: text
    SH_EVENT_STOPPED = 708, // the log ends here although the program goes on. payload: text
    SH_EVENT_END = 709,     // the program ended (exit_group or exec). result: exit status
    SH_EVENT_CPU = 710,     // getcpu through the vDSO; payload BLOB
    SH_EVENT_INTERVAL = 711, // a thread execution interval (TEI) ends, another thread goes on. result: that one's number.
                             // check: bits 0-13 places that the thread passed in the interval (0x3fff: see the payload,
                             // a u64), bit 14: the thread waits, takes its time in a system call, or ends; bit 15:
                             // between two places, by the watchdog. A payload of 16 bytes: it ended right
                             // before an allocation, the second u64 is heap_allocations there (that one counted)
    SH_EVENT_FAILURE = 712, // a fatal signal. payload: struct sh_signal
    SH_EVENT_EXEC = 713,    // the program replaced itself; its log goes on in the next segment with a START event,
                            // unless what it became cannot be recorded. payload: path
    SH_EVENT_THREAD = 714,  // a thread was started; result: its tid, or a negative errno. Numbers are given in order,
                            // from 1; the first thread is 0
    SH_EVENT_DROPPED = 715, // the patch dropped a request before the next event. result: number of its entry; payload:
                            // time (u64, ns since 1970), bytes in all (u64), the first 4,096 of them
    SH_EVENT_CLOCK = 720,   // to 735: a clock read through the vDSO, 720 + clock id; result: nanoseconds (DELTA)
};

struct sh_start {
    uint32_t abi_version;
    uint32_t terminal;     // bits 0-2: which of the descriptors 0, 1, 2 are terminals; the size of descriptor 0's: bits
                           // 8-19: rows, 20-31: columns
    uint64_t seed;
    uint64_t stack;        // address of argc
    uint64_t brk;          // program break at start
    uint64_t program_base; // load bias of the main program
    uint64_t loader_base;
    uint64_t vdso;
    uint64_t libselfheal;
    uint8_t at_random[16];
    uint32_t aslr;         // 1: address-space randomisation is on; a replay may diverge
    uint32_t pid;
    uint64_t start_ns;     // CLOCK_REALTIME
};
struct sh_module {
    uint64_t base;     // load bias
    uint64_t start;    // first mapped address
    uint64_t end;
    uint32_t build_id_size; // bytes; the build-id follows the struct, then the path (no terminator)
    uint32_t path_size;
};
struct sh_signal {
    uint32_t signo;
    int32_t code;
    uint64_t allocations; // where it was delivered: 0 right behind the previous event, n: before the n-th
                          // allocation since then, all ones: right before the next event, all
                          // ones but the last bit: together with the signal before this one
    uint8_t info[128];    // siginfo_t as the handler saw it
};

// ---------------------------------------------------------------- trace: RUN/trace.bin, RUN/stacks.bin
// records back to back; a record is a struct sh_trace followed by frame_count u64 return addresses.
enum sh_trace_kind {
    SH_TRACE_EVENT = 1, // number = event index, code = event code, a = args, b = result
    SH_TRACE_ALLOC = 2, // number = allocation index, code = enum sh_alloc, a[0] = size asked,
                        // a[1] = old address (realloc), b = address returned
    SH_TRACE_FREE = 3,  // a[0] = address
    SH_TRACE_STACK = 4, // only in RUN/stacks.bin, which guard mode writes at the end: one record for each
                        // distinct allocation stack. number = allocations with it, a[0] = bytes asked in
                        // all, a[1] = largest, a[2] = smallest, code = enum sh_alloc
    SH_TRACE_PLACE = 5, // a place where the thread may be switched out, before the operation. number = the thread's own
                        // count of places (1-based), code = system call or enum sh_operation, a[0] = object
                        // (lock, descriptor), a[1] = 1: behind the operation (a release), not before it
    SH_TRACE_SWITCH = 6, // the thread is switched out. number = its own count of places, a[0] = next thread,
                         // code = enum sh_switch, b = intervals ended before
};
enum sh_switch { SH_SWITCH_INTERRUPTED = 0, SH_SWITCH_BLOCKED = 1, SH_SWITCH_OUTSIDE = 2, SH_SWITCH_ENDED = 3, SH_SWITCH_INEXACT = 4 };
// Operations on synchronisation objects; codes above those of system calls and events.
#define SH_OPERATIONS(X) \
    X(MUTEX_LOCK) X(MUTEX_TRYLOCK) X(MUTEX_TIMEDLOCK) X(MUTEX_CLOCKLOCK) X(MUTEX_UNLOCK) \
    X(RWLOCK_RDLOCK) X(RWLOCK_TRYRDLOCK) X(RWLOCK_TIMEDRDLOCK) X(RWLOCK_CLOCKRDLOCK) \
    X(RWLOCK_WRLOCK) X(RWLOCK_TRYWRLOCK) X(RWLOCK_TIMEDWRLOCK) X(RWLOCK_CLOCKWRLOCK) X(RWLOCK_UNLOCK) \
    X(COND_WAIT) X(COND_TIMEDWAIT) X(COND_CLOCKWAIT) X(COND_SIGNAL) X(COND_BROADCAST) \
    X(SEM_WAIT) X(SEM_TRYWAIT) X(SEM_TIMEDWAIT) X(SEM_CLOCKWAIT) X(SEM_POST) \
    X(BARRIER_WAIT) X(ONCE) X(SPIN_LOCK) X(SPIN_TRYLOCK) X(SPIN_UNLOCK) \
    X(THREAD_CREATE) X(THREAD_JOIN) X(THREAD_DETACH) X(THREAD_EXIT) X(THREAD_CANCEL) X(CLOCK_READ)
enum sh_operation {
    SH_OPERATION_FIRST = 800,
#define X(name) SH_##name,
    SH_OPERATIONS(X)
#undef X
};
enum sh_alloc { SH_ALLOC_MALLOC = 1, SH_ALLOC_CALLOC = 2, SH_ALLOC_REALLOC = 3, SH_ALLOC_ALIGNED = 4 };
struct sh_trace {
    uint32_t size; // whole record in bytes
    uint16_t kind;
    uint16_t frame_count;
    uint32_t code;
    uint32_t thread; // number of the thread
    uint64_t number;
    uint64_t event; // events completed before
    uint64_t a[6];
    uint64_t b;
};
_Static_assert(sizeof(struct sh_trace) == 88, "trace record");

#endif
