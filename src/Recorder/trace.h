// Trace mode: RUN/trace.bin, one record for each event and each allocation, with its call stack.
//
// Where: on the program's path, in any thread; flushed at the end and in the crash handler.
#ifndef SELFHEAL_TRACE_H
#define SELFHEAL_TRACE_H

#include <stdbool.h>
#include <stdint.h>

// Creates RUN/trace.bin under `run_dir` (absolute) and turns tracing of allocations on. 0 or a negative errno.
int trace_open(const char *run_dir);
// (pc, sp, bp): the program's frame the record is about, as for backtrace_from. Nothing if not open.
void trace_event(uint64_t index, uint32_t code, const uint64_t args[6], int64_t result, uint64_t pc, uint64_t sp,
                 uint64_t bp);
void trace_alloc(uint64_t number, uint32_t kind, uint64_t size, uint64_t old, uint64_t address, uint64_t pc,
                 uint64_t sp, uint64_t bp);
void trace_free(uint64_t address, uint64_t pc, uint64_t sp, uint64_t bp);
// A place of the current thread (SH_TRACE_PLACE), and its switching out (SH_TRACE_SWITCH); `where`: pc, sp, bp.
void trace_place(uint64_t number, uint32_t operation, uint64_t object, bool behind, uint64_t pc, uint64_t sp, uint64_t bp);
void trace_switch(uint64_t number, uint32_t next, unsigned why, const uint64_t where[3]);
// Writes what is buffered. Call it at the program's end and when it fails.
void trace_flush(void);
// In a forked child: the trace is its parent's.
void trace_after_fork_child(void);

#endif
