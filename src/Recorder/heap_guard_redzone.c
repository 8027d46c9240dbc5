// Blocks with canaries, by size class, from one mapping: needs no memory maps of its own for each block.
//
// Where: under the lock of heap_guard.c.
// Rules: an overflow is seen when the block is freed or at the end, without the access, and only if it is short.
#include "heap_guard_redzone.h"

#include "heap_guard_canary.h"
#include "heap_guard_findings.h"
#include "recorder_abi.h"

#define MAGIC 0x53484c5245445aull
#define BACK 64ul // canary bytes behind a block, at least
#define CLASSES 128u
#define BLOCK_MAX (1ul << 28)

uint64_t redzone_low, redzone_high;
static uint64_t next;
static struct redzone *free_lists[CLASSES];

static uint64_t block_of(const struct redzone *zone) { return (uint64_t)(zone + 1); }

// Four classes for each doubling, multiples of 64.
static uint64_t class_bytes(uint32_t class) { return (uint64_t)(4 + class % 4) << (class / 4 + 5); }
static uint32_t class_for(uint64_t bytes) {
    uint32_t class = 0;
    while (class_bytes(class) < bytes)
        class++;
    return class;
}

static bool start(void) {
    for (uint64_t size = 16ul << 30; size >= 1ul << 28 && !redzone_low; size /= 4) {
        redzone_low = (uint64_t)os_map(size);
        redzone_high = redzone_low ? redzone_low + size : 0;
    }
    next = redzone_low;
    return redzone_low != 0;
}

void *redzone_allocate(const struct guard_request *r, uint32_t stack) {
    if (r->alignment > 16 || r->size > BLOCK_MAX || (!redzone_low && !start()))
        return NULL;
    uint32_t class = class_for(sizeof(struct redzone) + r->size + BACK);
    struct redzone *zone = free_lists[class];
    if (zone) {
        free_lists[class] = zone->next;
    } else if (redzone_high - next >= class_bytes(class)) {
        zone = (struct redzone *)next;
        next += class_bytes(class);
    } else {
        return NULL;
    }
    *zone = (struct redzone){NULL, r->size, r->asked, r->number, r->real, stack, class, (uint64_t)zone ^ MAGIC, CANARY};
    if (r->kind == SH_ALLOC_CALLOC)
        os_fill(zone + 1, 0, r->size);
    canary_fill(block_of(zone) + r->size, block_of(zone) + r->size + BACK);
    return zone + 1;
}

struct redzone *redzone_find(void *block) {
    struct redzone *zone = (struct redzone *)block - 1;
    if (!redzone_holds((uint64_t)block) || (uint64_t)block % 16 || (uint64_t)zone < redzone_low)
        return NULL;
    return zone->magic == ((uint64_t)zone ^ MAGIC) ? zone : NULL;
}

static void check(struct redzone *zone) {
    uint64_t block = block_of(zone), end = block + zone->size;
    uint64_t first = canary_first(end, end + BACK);
    struct finding f = {SH_OVERFLOW_WRITE_SLACK, true, zone->stack, zone->asked, zone->allocation,
                        (int64_t)(first - block), 0, NULL};
    if (first < end + BACK) {
        f.extent = canary_last(end, end + BACK) - end + (zone->size - zone->asked);
        findings_add(&f);
        canary_fill(end, end + BACK); // or it would be found again
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

void redzone_free(struct redzone *zone) {
    check(zone);
    zone->magic = 0;
    zone->next = free_lists[zone->class];
    free_lists[zone->class] = zone;
}

// An overflow may have damaged the header behind it: the walk by classes ends at one that makes no sense.
void redzone_check_all(void) {
    for (uint64_t at = redzone_low; at < next;) {
        struct redzone *zone = (struct redzone *)at;
        if (zone->class >= CLASSES)
            return;
        if (zone->magic == (at ^ MAGIC))
            check(zone);
        at += class_bytes(zone->class);
    }
}
