// Writes struct sh_overflow records: one for each allocation stack and kind of access.
//
// Where: under the lock of heap_guard.c, also in the SIGSEGV handler.
// Rules: a record is complete before overflow_count covers it; afterwards only `blocks` and `extent` grow,
//        except that a write first seen in the slack takes over the details of one seen in the guard area.
#include "heap_guard_findings.h"

#include "backtrace.h"
#include "control.h"
#include "heap_stacks.h"
#include "os.h"

static uint32_t finding_stacks[SH_MAX_OVERFLOWS];

// Writes beyond the end are one finding, however they were seen.
static bool same_kind(uint32_t a, uint32_t b) {
    bool a_after = a == SH_OVERFLOW_WRITE_AFTER || a == SH_OVERFLOW_WRITE_SLACK;
    bool b_after = b == SH_OVERFLOW_WRITE_AFTER || b == SH_OVERFLOW_WRITE_SLACK;
    return a == b || (a_after && b_after);
}

static void describe(struct sh_overflow *o, const struct finding *f) {
    const struct heap_stack *stack = heap_stacks_get(f->stack);
    o->kind = f->kind;
    o->size = f->size;
    o->allocation = f->allocation;
    o->event = control->events;
    o->first = f->first;
    o->alloc_stack.count = stack->frame_count;
    o->alloc_stack.truncated = stack->frame_count == HEAP_STACK_FRAMES;
    os_copy(o->alloc_stack.pc, stack->frames, 8 * stack->frame_count);
    o->access_stack.count = 0;
    o->access_stack.truncated = 0;
    if (!f->access)
        return;
    o->access_stack.count =
        backtrace_from(f->access->pc, f->access->sp, f->access->bp, o->access_stack.pc, SH_MAX_FRAMES);
    o->access_stack.truncated = o->access_stack.count == SH_MAX_FRAMES;
}

void findings_add(const struct finding *f) {
    if (!heap_reporting)
        return;
    for (uint32_t i = 0; i < control->overflow_count; i++) {
        struct sh_overflow *o = &control->overflows[i];
        if (finding_stacks[i] != f->stack || !same_kind(o->kind, f->kind))
            continue;
        if (o->kind == SH_OVERFLOW_WRITE_SLACK && f->kind == SH_OVERFLOW_WRITE_AFTER)
            describe(o, f);
        o->blocks += f->new_block;
        if (o->extent < f->extent)
            o->extent = f->extent;
        return;
    }
    if (control->overflow_count == SH_MAX_OVERFLOWS) {
        control->overflow_lost += f->new_block;
        return;
    }
    struct sh_overflow *o = &control->overflows[control->overflow_count];
    finding_stacks[control->overflow_count] = f->stack;
    describe(o, f);
    o->blocks = 1;
    o->extent = f->extent;
    __atomic_store_n(&control->overflow_count, control->overflow_count + 1, __ATOMIC_RELEASE);
}
