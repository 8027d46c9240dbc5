// Blocks with canaries in the program's own heap, on a list so that they can be checked at the end.
//
// Where: under the lock of heap_guard.c, apart from redzone_memory.
#include "heap_guard_redzone.h"

#include "heap_guard_canary.h"
#include "heap_guard_findings.h"
#include "recorder_abi.h"

#define MAGIC 0x53484c5245445aull

static struct redzone list = {.next = &list, .previous = &list};

static uint64_t block_of(const struct redzone *zone) { return (uint64_t)(zone + 1); }

void *redzone_memory(const struct guard_request *r) {
    if (r->alignment > 16 || r->size > PTRDIFF_MAX - sizeof(struct redzone) - REDZONE_BACK)
        return NULL;
    return heap_real_malloc(sizeof(struct redzone) + r->size + REDZONE_BACK);
}

void *redzone_link(void *memory, const struct guard_request *r, uint32_t stack) {
    struct redzone *zone = memory;
    *zone = (struct redzone){list.next, &list, r->size, r->asked, r->number, stack, (uint64_t)zone ^ MAGIC, CANARY};
    list.next->previous = zone;
    list.next = zone;
    canary_fill(block_of(zone) + r->size, block_of(zone) + r->size + REDZONE_BACK);
    return zone + 1;
}

struct redzone *redzone_find(void *block) {
    uint64_t at = (uint64_t)block;
    // Another allocator's block at the start of a page may have nothing mapped before it.
    if (list.next == &list || at % 16 || at % PAGE < sizeof(struct redzone)) {
        uint64_t header[8];
        struct { void *base; size_t size; } to = {header, sizeof header}, from = {(char *)block - 64, sizeof header};
        if (list.next == &list || at % 16 || at < PAGE)
            return NULL;
        long pid = OS1(39 /* getpid */, 0);
        if (os_call(310 /* process_vm_readv */, pid, (long)&to, 1, (long)&from, 1, 0) != 64)
            return NULL;
    }
    struct redzone *zone = (struct redzone *)block - 1;
    return zone->magic == ((uint64_t)zone ^ MAGIC) ? zone : NULL;
}

static void check(struct redzone *zone) {
    uint64_t block = block_of(zone), end = block + zone->size;
    uint64_t first = canary_first(end, end + REDZONE_BACK);
    struct finding f = {SH_OVERFLOW_WRITE_SLACK, true, (uint32_t)zone->stack, zone->asked, zone->allocation,
                        (int64_t)(first - block), 0, NULL};
    if (first < end + REDZONE_BACK) {
        f.extent = canary_last(end, end + REDZONE_BACK) - end + (zone->size - zone->asked);
        findings_add(&f);
        canary_fill(end, end + REDZONE_BACK); // or it would be found again
    }
    if (zone->canary != CANARY) {
        first = canary_first(block - 8, block);
        f.kind = SH_OVERFLOW_WRITE_BEFORE;
        f.first = (int64_t)(first - block);
        f.extent = block - first;
        findings_add(&f);
        zone->canary = CANARY;
    }
}

void redzone_unlink(struct redzone *zone) {
    check(zone);
    zone->next->previous = zone->previous;
    zone->previous->next = zone->next;
    zone->magic = 0;
}

void redzone_check_all(void) {
    for (struct redzone *zone = list.next; zone != &list; zone = zone->next)
        check(zone);
}
