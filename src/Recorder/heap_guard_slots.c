// Hands out slots by size class from one reservation; freed ones are used again without a system call.
//
// Where: under the lock of heap_guard.c; slots_find also in the SIGSEGV handler.
// Rules: a slot's pages keep their class for good. The kernel counts two memory maps per slot, so their
//        number is limited: beyond, slots_take gives NULL. Freed slots rest in a queue before they are used
//        again, so that a late write into one is seen.
#include "heap_guard_slots.h"

#include <sys/mman.h>

#define CHUNK (4ul << 20)
#define CHUNK_SLOTS 64u
#define CLASS_PAGES_MAX 256u
#define CLASSES 40u
#define CLASS_BIG 255u
#define REST_SMALL 16u // freed slots of a class that rest before the first is used again
#define REST_LARGE 4u
#define LARGE_PAGES 8u
#define KEEP_MAX (64ul << 20) // bytes of freed large slots that keep their memory
#define SYS_MADVISE 28

struct chunk {
    struct slot *slots;
    uint32_t class; // 1-based class, CLASS_BIG: the first of a run, 0: unused or inside a run
    uint32_t used;  // slots ever handed out
    uint32_t run;   // chunks in the run
    uint32_t stride;
};
struct class {
    uint32_t pages;
    uint32_t head, tail, resting; // queue of freed slots
    uint32_t open;                // chunk with slots never used, + 1
};
uint64_t slots_low, slots_high;
static struct chunk *chunks;
static struct class classes[CLASSES];
static uint32_t class_count, chunk_next, chunk_limit, slot_count, slot_limit;
static uint64_t kept;

// Half of what the kernel admits for the whole process, less some for the program itself.
static uint32_t read_slot_limit(void) {
    char text[32];
    int fd = os_open("/proc/sys/vm/max_map_count", 0, 0);
    long n = fd >= 0 ? os_read(fd, text, sizeof text) : 0;
    if (fd >= 0)
        os_close(fd);
    uint64_t maps = 0;
    for (long i = 0; i < n && text[i] >= '0' && text[i] <= '9'; i++)
        maps = maps * 10 + (uint64_t)(text[i] - '0');
    if (maps == 0)
        maps = 65530;
    uint64_t limit = maps > 16384 ? (maps - 9530) / 2 : maps / 4;
    return limit < 28000 ? (uint32_t)limit : 28000;
}

bool slots_start(void) {
    for (uint32_t pages = 1, step = 1; pages <= CLASS_PAGES_MAX; pages += step) {
        if (pages >= 8 && (pages & (pages - 1)) == 0)
            step = pages / 4;
        classes[class_count++].pages = pages;
    }
    uint64_t size = 64ul << 30;
    void *base = NULL;
    for (; !base && size >= 1ul << 30; size /= 4) // RLIMIT_AS may be in the way
        if ((base = os_reserve(size)) != NULL)
            break;
    if (!base)
        return false;
    slots_low = ((uint64_t)base + CHUNK - 1) & ~(CHUNK - 1);
    chunk_limit = (uint32_t)(((uint64_t)base + size - slots_low) / CHUNK);
    slots_high = slots_low + chunk_limit * CHUNK;
    slot_limit = read_slot_limit();
    chunks = os_map(chunk_limit * sizeof *chunks);
    return chunks != NULL;
}

static struct slot *slot_of(uint32_t reference) {
    return &chunks[reference / CHUNK_SLOTS].slots[reference % CHUNK_SLOTS];
}

static uint32_t reference_of(const struct slot *slot) {
    uint32_t chunk = (uint32_t)((slot->end - 1 - slots_low) / CHUNK);
    return chunk * CHUNK_SLOTS + (uint32_t)(slot - chunks[chunk].slots);
}

struct slot *slots_find(uint64_t address) {
    if (!slots_hold(address) || !chunks)
        return NULL;
    uint32_t i = (uint32_t)((address - slots_low) / CHUNK);
    struct chunk *c = &chunks[i];
    if (c->class && c->class != CLASS_BIG) {
        uint32_t number = (uint32_t)(address % CHUNK) / c->stride;
        return number < c->used ? &c->slots[number] : NULL;
    }
    while (i > 0 && chunks[i].class == 0 && chunks[i].run) // inside a run: `run` is the way back
        i -= chunks[i].run;
    return chunks[i].class == CLASS_BIG ? chunks[i].slots : NULL;
}

struct slot *slots_behind(const struct slot *slot) { return slots_find(slot->end + SLOT_GUARD); }

static struct class *class_for(uint64_t pages) {
    uint32_t low = 0, high = class_count - 1;
    if (pages <= 8)
        return &classes[pages - 1];
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (classes[middle].pages < pages)
            low = middle + 1;
        else
            high = middle;
    }
    return &classes[low];
}

static struct slot *take_fresh(struct class *k) {
    struct chunk *c = k->open ? &chunks[k->open - 1] : NULL;
    if (slot_count == slot_limit)
        return NULL;
    if (!c || c->used == CHUNK / c->stride || c->used == CHUNK_SLOTS) {
        if (chunk_next == chunk_limit)
            return NULL;
        c = &chunks[chunk_next];
        c->slots = os_map(CHUNK_SLOTS * sizeof *c->slots);
        if (!c->slots)
            return NULL;
        c->stride = (uint32_t)(k->pages * PAGE + SLOT_GUARD);
        c->class = (uint32_t)(k - classes) + 1;
        k->open = ++chunk_next;
    }
    uint64_t base = slots_low + (uint64_t)(c - chunks) * CHUNK + (uint64_t)c->used * c->stride;
    if (os_protect((void *)base, k->pages * PAGE, PROT_READ | PROT_WRITE) < 0)
        return NULL;
    struct slot *s = &c->slots[c->used++];
    slot_count++;
    s->end = base + k->pages * PAGE;
    return s;
}

static struct slot *take_rested(struct class *k) {
    struct slot *s = slot_of(k->head - 1);
    k->head = s->next;
    k->resting--;
    if (k->pages >= LARGE_PAGES && s->dirty)
        kept -= k->pages * PAGE;
    return s;
}

// A run of whole chunks for a block beyond the largest class. Freed runs of exactly this length are used again.
static struct slot *take_big(uint64_t bytes) {
    uint64_t run = (bytes + SLOT_GUARD + CHUNK - 1) / CHUNK, at;
    if (bytes > slots_high - slots_low || run > chunk_limit)
        return NULL;
    for (at = 0; at < chunk_next; at++)
        if (chunks[at].class == CLASS_BIG && chunks[at].run == run && chunks[at].slots->state == SLOT_FREED)
            break;
    if (at == chunk_next) {
        if (chunk_limit - chunk_next < run || slot_count == slot_limit)
            return NULL;
        if (!(chunks[at].slots = os_map(sizeof(struct slot))))
            return NULL;
        for (uint64_t i = 1; i < run; i++)
            chunks[at + i].run = (uint32_t)i;
        chunks[at].class = CLASS_BIG;
        chunks[at].run = (uint32_t)run;
        chunk_next += (uint32_t)run;
        slot_count++;
    }
    struct slot *s = chunks[at].slots;
    uint64_t base = slots_low + at * CHUNK, pages = (bytes + PAGE - 1) / PAGE;
    s->end = base + pages * PAGE;
    if (os_protect((void *)base, pages * PAGE, PROT_READ | PROT_WRITE) < 0) {
        s->state = SLOT_FREED;
        return NULL;
    }
    return s;
}

struct slot *slots_take(uint64_t bytes) {
    bytes += SLOT_FRONT;
    if (bytes > CLASS_PAGES_MAX * PAGE)
        return take_big(bytes);
    struct class *k = class_for((bytes + PAGE - 1) / PAGE);
    if (k->resting >= (k->pages < LARGE_PAGES ? REST_SMALL : REST_LARGE))
        return take_rested(k);
    struct slot *s = take_fresh(k);
    return s || !k->head ? s : take_rested(k);
}

void slots_give(struct slot *s) {
    struct chunk *c = &chunks[(s->end - 1 - slots_low) / CHUNK];
    if (!c->class) // the end of a run: its first chunk
        c -= c->run;
    if (c->class == CLASS_BIG) {
        uint64_t base = slots_low + (uint64_t)(c - chunks) * CHUNK;
        OS3(SYS_MADVISE, base, s->end - base, MADV_DONTNEED);
        os_protect((void *)base, s->end - base, PROT_NONE);
        s->dirty = false;
        return;
    }
    struct class *k = &classes[c->class - 1];
    uint64_t bytes = k->pages * PAGE;
    s->dirty = true;
    if (k->pages >= LARGE_PAGES) {
        if (kept + bytes > KEEP_MAX) {
            OS3(SYS_MADVISE, s->end - bytes, bytes, MADV_DONTNEED);
            s->dirty = false;
        } else {
            kept += bytes;
        }
    }
    uint32_t reference = reference_of(s) + 1;
    s->next = 0;
    if (k->head)
        slot_of(k->tail - 1)->next = reference;
    else
        k->head = reference;
    k->tail = reference;
    k->resting++;
}

void slots_visit(void (*visit)(struct slot *slot)) {
    for (uint32_t i = 0; i < chunk_next; i++) {
        uint32_t used = chunks[i].class == CLASS_BIG ? 1 : chunks[i].class ? chunks[i].used : 0;
        for (uint32_t n = 0; n < used; n++)
            visit(&chunks[i].slots[n]);
    }
}
