// What is wrong with one slot: compares canaries and poison with what was written, and says how far.
//
// Where: inside guard mode, under its lock: on free, on reuse, and at the end of the run.
#include "heap_guard_check.h"

#include "heap_guard_canary.h"
#include "heap_guard_findings.h"
#include "recorder_abi.h"

#define FRONT_MAX 32ul
#define POISON_MAX 256ul

uint64_t check_front(const struct slot *s) {
    uint64_t pages = (s->size + SLOT_FRONT + PAGE - 1) & ~(PAGE - 1), low = s->start - FRONT_MAX;
    return low < s->end - pages ? s->end - pages : low;
}

void check_report(struct slot *s, uint32_t kind, int64_t first, uint64_t extent, const struct heap_caller *access) {
    bool *counted = kind == SH_OVERFLOW_READ_AFTER     ? &s->counted_read
                    : kind == SH_OVERFLOW_WRITE_BEFORE ? &s->counted_before
                                                       : &s->counted_write;
    struct finding f = {kind, !*counted, s->stack, s->asked, s->allocation, first, extent, access};
    *counted = true;
    findings_add(&f);
}

// The end of what was written behind the block: by fault addresses and by what changed of the canary.
static uint64_t written_end(const struct slot *s) {
    uint64_t far = s->far_write ? s->end + s->far_write : check_block_end(s);
    for (int page = SLOT_GUARD_PAGES - 1; page >= 0; page--) {
        uint64_t at = s->end + (uint64_t)page * PAGE;
        if (!(s->wrote >> page & 1))
            continue;
        uint64_t last = canary_last(at, at + PAGE);
        if (last > at)
            return last > far ? last : far;
    }
    uint64_t last = canary_last(check_block_end(s), s->end);
    return last > far ? last : far;
}

void check_live(struct slot *s) {
    uint64_t end = check_block_end(s), slack = canary_first(end, s->end);
    if (UNLIKELY(s->far_write || slack < s->end)) {
        uint64_t first = slack < s->end ? slack : s->end;
        check_report(s, s->far_write ? SH_OVERFLOW_WRITE_AFTER : SH_OVERFLOW_WRITE_SLACK, (int64_t)(first - s->start),
               written_end(s) - end + check_pad(s), NULL);
    }
    uint64_t front = check_front(s), before = canary_first(front, s->start);
    if (UNLIKELY(before < s->start))
        check_report(s, SH_OVERFLOW_WRITE_BEFORE, (int64_t)(before - s->start), s->start - before, NULL);
}

uint64_t check_poisoned_end(const struct slot *s) {
    return s->start + ((s->size < POISON_MAX ? s->size : POISON_MAX) & ~7ul);
}

void check_freed(struct slot *s) {
    if (!s->dirty)
        return;
    uint64_t at = s->start, end = check_poisoned_end(s), last;
    while (at < end && *(const uint64_t *)at == POISON)
        at += 8;
    if (LIKELY(at >= end))
        return;
    while (*(const uint8_t *)at == (uint8_t)POISON)
        at++;
    for (last = end; *(const uint8_t *)(last - 1) == (uint8_t)POISON;)
        last--;
    s->counted_write = false;
    check_report(s, SH_OVERFLOW_WRITE_FREED, (int64_t)(at - s->start), last - s->start, NULL);
}
