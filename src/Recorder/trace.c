// Buffers trace records and appends them to RUN/trace.bin.
//
// Where: on the program's path, in any thread, also in the crash handler (trace_flush).
// Rules: no descriptor stays open between writes, so that the program's descriptors get the numbers they
//        get without us. A file that cannot be written ends tracing with one sentence; the program goes on.
#include "trace.h"

#include "backtrace.h"
#include "control.h"
#include "fatal.h"
#include "heap.h"
#include "os.h"
#include "thread.h"

#include <fcntl.h>

#define BUFFER (1ul << 20)
#define RECORD_MAX (sizeof(struct sh_trace) + 8 * SH_MAX_FRAMES)

static char path[1100];
static char *buffer;
static size_t used;
HOT_DATA static bool is_open;
static struct heap_lock lock;

static void stop(const char *why) {
    is_open = false;
    heap_slow_clear(HEAP_SLOW_TRACE);
    complain(why);
}

// With the lock held.
static void flush(void) {
    if (!is_open || used == 0)
        return;
    int fd = os_open(path, O_WRONLY | O_APPEND, 0);
    size_t done = 0;
    while (fd >= 0 && done < used) {
        long n = os_write(fd, buffer + done, used - done);
        if (n <= 0 && n != -4 /* EINTR */)
            break;
        done += n > 0 ? (size_t)n : 0;
    }
    if (fd >= 0)
        os_close(fd);
    if (done < used)
        stop("trace.bin cannot be written (is the disk full?): tracing stops, the program goes on");
    used = 0;
}

int trace_open(const char *run_dir) {
    os_format(path, sizeof path, "%s/trace.bin", run_dir);
    int fd = os_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (fd < 0)
        return fd;
    os_close(fd);
    buffer = os_map(BUFFER);
    if (!buffer)
        return -12; // ENOMEM
    is_open = true;
    heap_slow_set(HEAP_SLOW_TRACE);
    return 0;
}

static void append(struct sh_trace *record, uint64_t pc, uint64_t sp, uint64_t bp) {
    uint64_t frames[SH_MAX_FRAMES];
    unsigned count = backtrace_from(pc, sp, bp, frames, SH_MAX_FRAMES);
    record->size = (uint32_t)(sizeof *record + 8 * count);
    record->frame_count = (uint16_t)count;
    record->event = control->events;
    record->thread = thread_self()->number;
    heap_lock_take(&lock);
    if (used + RECORD_MAX > BUFFER)
        flush();
    if (is_open) {
        os_copy(buffer + used, record, sizeof *record);
        os_copy(buffer + used + sizeof *record, frames, 8 * count);
        used += record->size;
    }
    heap_lock_release(&lock);
}

void trace_event(uint64_t index, uint32_t code, const uint64_t args[6], int64_t result, uint64_t pc, uint64_t sp,
                 uint64_t bp) {
    if (!is_open)
        return;
    struct sh_trace record = {.kind = SH_TRACE_EVENT, .code = code, .number = index, .b = (uint64_t)result};
    for (int i = 0; i < 6; i++)
        record.a[i] = args[i];
    append(&record, pc, sp, bp);
}

void trace_alloc(uint64_t number, uint32_t kind, uint64_t size, uint64_t old, uint64_t address, uint64_t pc,
                 uint64_t sp, uint64_t bp) {
    if (!is_open)
        return;
    struct sh_trace record = {.kind = SH_TRACE_ALLOC, .code = kind, .number = number, .b = address};
    record.a[0] = size;
    record.a[1] = old;
    append(&record, pc, sp, bp);
}

void trace_free(uint64_t address, uint64_t pc, uint64_t sp, uint64_t bp) {
    if (!is_open)
        return;
    struct sh_trace record = {.kind = SH_TRACE_FREE};
    record.a[0] = address;
    append(&record, pc, sp, bp);
}

void trace_place(uint64_t number, uint32_t operation, uint64_t object, bool behind, uint64_t pc, uint64_t sp, uint64_t bp) {
    if (!is_open)
        return;
    struct sh_trace record = {.kind = SH_TRACE_PLACE, .code = operation, .number = number};
    record.a[0] = object;
    record.a[1] = behind;
    append(&record, pc, sp, bp);
}

void trace_switch(uint64_t number, uint32_t next, unsigned why, const uint64_t where[3]) {
    if (!is_open)
        return;
    struct sh_trace record = {.kind = SH_TRACE_SWITCH, .code = why, .number = number, .b = control->switches};
    record.a[0] = next;
    append(&record, where[0], where[1], where[2]);
}

void trace_flush(void) {
    // A crash while the lock is held must still end: what that thread was appending is lost.
    for (unsigned tries = 0; __atomic_exchange_n(&lock.taken, 1, __ATOMIC_ACQUIRE) && tries < 1000; tries++)
        OS1(24 /* sched_yield */, 0);
    flush();
    heap_lock_release(&lock);
}

void trace_after_fork_child(void) {
    is_open = false;
    used = 0;
    lock.taken = 0;
}
