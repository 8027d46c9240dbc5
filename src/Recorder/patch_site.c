// Replaces instructions in place by jumps to stubs near the module.
//
// Where: in the constructor and in the hook of mmap, while nobody else executes the module.
// Stub of a syscall site:   [moved neighbours before] lea after(%rip),%r11; jmp *entry; .quad site; syscall;
//                           after: [moved neighbours behind] jmp back
//        The entry finds the site's address at after-10 and may jump to the plain `syscall` at after-2,
//        which needs neither stack nor register: the way to go for vfork and for unrecorded children.
// Stub of another site:     ... lea -128(%rsp),%rsp; push $what; call *special; lea 136(%rsp),%rsp ...
// Invariant: stubs lie within 2 GiB of their module, at addresses that depend only on the module's.
#include "patch_site.h"

#include "intercept.h"
#include "os.h"

#include <Zydis/Zydis.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define REGION_SIZE (256 * 1024ul)
#define STUB_MAX 96
#define REACH 0x7ff00000l

struct region {
    uint8_t *base;
    size_t used;
    bool writable;
};
static struct region regions[64];
static unsigned region_count;
static const struct module *open_module; // its text is writable

struct trap {
    uint64_t pc, stub;
    uint8_t original[2];
};
static struct trap traps[2048];
static unsigned trap_count;

uint64_t patch_trap_stub(uint64_t pc) {
    for (unsigned i = 0; i < trap_count; i++)
        if (traps[i].pc == pc) return traps[i].stub;
    return 0;
}

static bool reaches(const struct region *r, const struct module *m) {
    int64_t low = (int64_t)(m->start - (uintptr_t)r->base), high = (int64_t)(m->end - (uintptr_t)r->base);
    return low > -REACH && high > -REACH && low < REACH && high < REACH;
}

static bool map_region(struct region *r, uint64_t at) {
    long got = os_call(SYS_mmap, (long)at, REGION_SIZE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (got != (long)at) {
        if (got > 0) os_unmap((void *)got, REGION_SIZE);
        return false;
    }
    r->base = (uint8_t *)at;
    ((uint64_t *)r->base)[0] = (uintptr_t)intercept_entry;
    ((uint64_t *)r->base)[1] = (uintptr_t)intercept_special;
    r->used = 16;
    r->writable = true;
    return true;
}

// A region with room for one more stub within reach of the module; first below it, where neither the heap
// of a program nor the loader's next library will want to be.
static struct region *find_region(const struct module *m) {
    for (unsigned i = 0; i < region_count; i++)
        if (reaches(&regions[i], m) && regions[i].used + STUB_MAX <= REGION_SIZE) return &regions[i];
    if (region_count == sizeof regions / sizeof regions[0]) return NULL;
    struct region *r = &regions[region_count];
    uint64_t start = m->start & ~(REGION_SIZE - 1), end = (m->end + REGION_SIZE) & ~(REGION_SIZE - 1);
    for (uint64_t step = 0; step < 64; step++) {
        uint64_t below = 0x40000000ul + step * 0x400000ul, above = 0x50000000ul + step * 0x400000ul;
        bool mapped = (start > below + 0x10000ul && map_region(r, start - below)) || map_region(r, end + above);
        if (mapped) {
            region_count++;
            return r;
        }
    }
    return NULL;
}

static uint8_t *put(uint8_t *at, const void *bytes, size_t n) {
    os_copy(at, bytes, n);
    return at + n;
}

static uint8_t *put_relative(uint8_t *at, const char *opcode, size_t n, uint64_t target) {
    at = put(at, opcode, n);
    int32_t distance = (int32_t)(target - ((uintptr_t)at + 4));
    return put(at, &distance, 4);
}

// Copies whole instructions from `from`, correcting rip-relative displacements. NULL when one is out of reach.
static uint8_t *put_moved(uint8_t *at, uint64_t from, size_t n, bool relative) {
    if (!relative) return put(at, (const void *)from, n); // decoding is what takes time at start
    ZydisDecoder decoder;
    ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
    ZydisDecoderEnableMode(&decoder, ZYDIS_DECODER_MODE_MINIMAL, ZYAN_TRUE);
    for (uint64_t end = from + n; from < end;) {
        ZydisDecodedInstruction in;
        ZydisDecoderContext context;
        if (!ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(&decoder, &context, (const void *)from, end - from, &in))) return NULL;
        put(at, (const void *)from, in.length);
        if ((in.attributes & ZYDIS_ATTRIB_HAS_MODRM) && in.raw.modrm.mod == 0 && in.raw.modrm.rm == 5) {
            int64_t moved = in.raw.disp.value + (int64_t)(from - (uintptr_t)at);
            int32_t narrow = (int32_t)moved;
            if (narrow != moved) return NULL;
            put(at + in.raw.disp.offset, &narrow, 4);
        }
        at += in.length;
        from += in.length;
    }
    return at;
}

// Builds the stub of a site and returns its address, 0 when it cannot.
static uint64_t build_stub(struct region *r, const struct module *m, const struct site *s) {
    uint64_t site = m->bias + s->offset, end = site + s->length;
    uint8_t *stub = r->base + r->used, *at = put_moved(stub, site - s->before, s->before, s->relative);
    if (!at) return 0;
    if (s->kind == SITE_SYSCALL) {
        at = put_relative(at, "\x4c\x8d\x1d", 3, (uintptr_t)at + 7 + 6 + 8 + 2); // lea after(%rip),%r11
        at = put_relative(at, "\xff\x25", 2, (uintptr_t)r->base);                 // jmp *entry(%rip)
        at = put(at, &site, 8);
        at = put(at, "\x0f\x05", 2);
    } else {
        uint32_t what = s->kind | (uint32_t)s->operand << 8;
        at = put(at, "\x48\x8d\x64\x24\x80\x68", 6); // lea -128(%rsp),%rsp; push $what
        at = put(at, &what, 4);
        at = put_relative(at, "\xff\x15", 2, (uintptr_t)r->base + 8); // call *special(%rip)
        at = put(at, "\x48\x8d\xa4\x24\x88\x00\x00\x00", 8);            // lea 136(%rsp),%rsp
    }
    at = put_moved(at, end, s->after, s->relative);
    if (!at) return 0;
    if (!s->last) at = put_relative(at, "\xe9", 1, end + s->after);
    r->used = ((size_t)(at - r->base) + 15) & ~15ul;
    return (uintptr_t)stub;
}

static void patch_one(struct region *r, const struct module *m, const struct site *s) {
    uint8_t *at = (uint8_t *)(m->bias + s->offset - s->before);
    struct site plain = *s;
    uint64_t stub = s->method == SITE_JUMP ? build_stub(r, m, s) : 0;
    if (stub) {
        size_t replaced = (size_t)s->before + s->length + s->after;
        uint8_t *behind = put_relative(at, "\xe9", 1, stub);
        if (replaced > 5) os_fill(behind, 0xcc, replaced - 5);
        control->sites_rewritten++;
        return;
    }
    if (trap_count == sizeof traps / sizeof traps[0]) return;
    plain.before = plain.after = plain.last = 0;
    uint64_t pc = m->bias + s->offset;
    stub = build_stub(r, m, &plain);
    struct trap *t = &traps[trap_count++];
    *t = (struct trap){.pc = pc, .stub = stub};
    os_copy(t->original, (const void *)pc, 2);
    put((uint8_t *)pc, "\x0f\x0b", 2); // ud2
    control->sites_trapped++;
}

static int protect_text(const struct module *m, int prot) {
    int failed = 0;
    for (unsigned i = 0; i < m->text_count && !failed; i++) {
        uint64_t from = m->text[i].start & ~(PAGE - 1), size = m->text[i].end - from;
        failed = os_protect((void *)from, (size + PAGE - 1) & ~(PAGE - 1), prot);
    }
    return failed;
}

// Makes the module's text and the regions within its reach writable; they stay so until patch_close.
static int open_for(const struct module *m) {
    if (open_module == m) return 0;
    int failed = open_module ? protect_text(open_module, PROT_READ | PROT_EXEC) : 0;
    open_module = NULL;
    if (!failed) failed = protect_text(m, PROT_READ | PROT_WRITE);
    if (failed) return failed;
    open_module = m;
    for (unsigned i = 0; !failed && i < region_count; i++) {
        if (regions[i].writable || !reaches(&regions[i], m)) continue;
        failed = os_protect(regions[i].base, REGION_SIZE, PROT_READ | PROT_WRITE);
        regions[i].writable = true;
    }
    return failed;
}

int patch_close(void) {
    int failed = open_module ? protect_text(open_module, PROT_READ | PROT_EXEC) : 0;
    open_module = NULL;
    for (unsigned i = 0; i < region_count; i++) {
        if (!regions[i].writable) continue;
        int closed = os_protect(regions[i].base, REGION_SIZE, PROT_READ | PROT_EXEC);
        regions[i].writable = false;
        if (!failed) failed = closed;
    }
    return failed;
}

void patch_restore_traps(void) {
    for (unsigned i = 0; i < trap_count; i++) {
        const struct module *m = module_find(traps[i].pc);
        if (m && !open_for(m)) put((uint8_t *)traps[i].pc, traps[i].original, 2);
    }
    patch_close();
    trap_count = 0;
}

int patch_module(const struct module *m, const struct site *sites, unsigned count) {
    if (!count) return 0;
    if (!find_region(m)) return -12;
    int failed = open_for(m);
    for (unsigned i = 0; i < count && !failed; i++) {
        struct region *r = find_region(m); // may map one more
        if (r) patch_one(r, m, &sites[i]);
        else failed = -12;
    }
    return failed;
}

void *patch_function(const struct module *m, uint64_t address, void *replacement) {
    struct region *r = find_region(m);
    if (!r || open_for(m)) return NULL;
    ZydisDecoder decoder;
    ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
    ZydisDecoderEnableMode(&decoder, ZYDIS_DECODER_MODE_MINIMAL, ZYAN_TRUE);
    size_t n = 0;
    bool fits = true;
    while (n < 5 && fits) {
        ZydisDecodedInstruction in;
        ZydisDecoderContext context;
        fits = ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(&decoder, &context, (const void *)(address + n), 15, &in)) &&
               site_movable(&in);
        n += in.length;
    }
    uint8_t *original = r->base + r->used;
    uint8_t *at = fits ? put_moved(original, address, n, true) : NULL;
    if (at) {
        at = put_relative(at, "\xe9", 1, address + n);
        uint8_t *jump = at;
        at = put(at, "\xff\x25\x00\x00\x00\x00", 6); // jmp *0(%rip)
        at = put(at, &replacement, 8);
        r->used = ((size_t)(at - r->base) + 15) & ~15ul;
        put_relative((uint8_t *)address, "\xe9", 1, (uintptr_t)jump);
    }
    return at ? original : NULL;
}
