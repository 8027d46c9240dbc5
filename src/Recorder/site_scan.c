// Finds the instructions that must be intercepted: syscall, rdtsc, rdtscp, rdrand, rdseed.
//
// Where: in the constructor and in the hook of mmap.
// How:   a byte search gives candidates; a candidate counts only if a decoder that starts at the beginning
//        of its function (from .eh_frame_hdr) arrives exactly there. Neighbours move along to make room for
//        a five-byte jump only if no branch of the function lands inside the bytes to be replaced.
#include "site_scan.h"

#include "os.h"

#include <Zydis/Zydis.h>
#include <elf.h>

struct function {
    uint64_t start, end;
    uint64_t targets[4096]; // direct branch targets inside the function
    unsigned target_count;
    bool too_many;
};

static ZydisDecoder decoder;

static bool decode(uint64_t at, uint64_t end, ZydisDecodedInstruction *out) {
    ZydisDecoderContext context;
    return at < end && ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(&decoder, &context, (const void *)at, end - at, out));
}

// The function around pc as .eh_frame_hdr has it: [start of its entry, start of the next entry).
static bool find_function(const struct module *m, uint64_t pc, struct function *f) {
    const uint8_t *hdr = (const void *)m->eh_frame_hdr;
    if (!hdr || m->eh_frame_hdr_size < 12 || hdr[0] != 1 || hdr[2] != 0x03 || hdr[3] != 0x3b) return false;
    uint32_t count;
    os_copy(&count, hdr + 8, 4);
    if (12 + (uint64_t)count * 8 > m->eh_frame_hdr_size || !count) return false;
    const int32_t(*table)[2] = (const void *)(hdr + 12);
    uint32_t low = 0, high = count;
    while (high - low > 1) {
        uint32_t middle = (low + high) / 2;
        if (m->eh_frame_hdr + (int64_t)table[middle][0] <= pc) low = middle;
        else high = middle;
    }
    f->start = m->eh_frame_hdr + (int64_t)table[low][0];
    f->end = low + 1 < count ? m->eh_frame_hdr + (int64_t)table[low + 1][0] : m->text_end;
    return f->start <= pc && pc < f->end && f->start >= m->text_start && f->end <= m->text_end;
}

static void collect_targets(struct function *f) {
    ZydisDecodedInstruction in;
    f->target_count = 0;
    f->too_many = false;
    for (uint64_t at = f->start; at < f->end; at += in.length) {
        if (!decode(at, f->end, &in)) {
            in.length = 1;
            continue;
        }
        if (!in.raw.imm[0].is_relative) continue;
        uint64_t target = at + in.length + (uint64_t)in.raw.imm[0].value.s;
        if (target < f->start || target >= f->end) continue;
        if (f->target_count == sizeof f->targets / sizeof f->targets[0]) f->too_many = true;
        else f->targets[f->target_count++] = target;
    }
}

static bool branch_inside(const struct function *f, uint64_t from, uint64_t end) {
    if (f->too_many) return true;
    for (unsigned i = 0; i < f->target_count; i++)
        if (f->targets[i] > from && f->targets[i] < end) return true;
    return false;
}

// May the instruction run at another address, with at most its rip-relative displacement corrected?
bool site_movable(const ZydisDecodedInstruction *in) {
    if (in->raw.imm[0].is_relative || in->raw.imm[1].is_relative) return false;
    switch (in->opcode) {
    case 0xe8: case 0xe9: case 0xeb: case 0xc2: case 0xc3: case 0xca: case 0xcb: case 0xcc: case 0xcd: case 0xf4:
        return in->opcode_map != ZYDIS_OPCODE_MAP_DEFAULT;
    case 0xff: return in->opcode_map != ZYDIS_OPCODE_MAP_DEFAULT;
    case 0x05: case 0x0b: return in->opcode_map != ZYDIS_OPCODE_MAP_0F; // syscall, ud2
    default: return true;
    }
}

static bool is_relative(const ZydisDecodedInstruction *in) {
    return (in->attributes & ZYDIS_ATTRIB_HAS_MODRM) && in->raw.modrm.mod == 0 && in->raw.modrm.rm == 5;
}

static bool is_filler(uint64_t at, uint64_t end) {
    ZydisDecodedInstruction in;
    for (; at < end; at += in.length) {
        if (!decode(at, end + 15, &in)) return false;
        bool nop = in.opcode_map == ZYDIS_OPCODE_MAP_DEFAULT ? in.opcode == 0x90 || in.opcode == 0xcc
                                                            : in.opcode_map == ZYDIS_OPCODE_MAP_0F && in.opcode == 0x1f;
        if (!nop) return false;
    }
    return true;
}

static void choose_method(struct site *s, const struct function *f, uint64_t at, uint64_t previous) {
    uint64_t end = at + s->length;
    s->method = SITE_TRAP;
    if (s->length >= 5) {
        s->method = SITE_JUMP;
        return;
    }
    ZydisDecodedInstruction in;
    if (previous && previous >= f->start && decode(previous, f->end, &in) && previous + in.length == at && site_movable(&in) &&
        in.length + s->length >= 5 && !branch_inside(f, previous, end)) {
        s->method = SITE_JUMP;
        s->before = in.length;
        s->relative = is_relative(&in);
        return;
    }
    uint64_t next = end;
    while (next - at < 5 && decode(next, f->end, &in)) {
        bool ret = in.opcode == 0xc3 && in.opcode_map == ZYDIS_OPCODE_MAP_DEFAULT;
        if (ret && at + 5 <= f->end && is_filler(next + in.length, at + 5)) {
            s->last = 1;
            next += in.length;
            break;
        }
        if (!site_movable(&in)) return;
        s->relative |= is_relative(&in);
        next += in.length;
    }
    uint64_t replaced = next - at < 5 ? at + 5 : next;
    if ((next - at < 5 && !s->last) || branch_inside(f, at, replaced)) return;
    s->method = SITE_JUMP;
    s->after = (uint8_t)(next - end);
}

static uint8_t classify(const uint8_t *p, uint64_t left, struct site *s) {
    if (left < 2 || p[0] != 0x0f) return 0;
    if (p[1] == 0x05) return s->length = 2, SITE_SYSCALL;
    if (p[1] == 0x31) return s->length = 2, SITE_RDTSC;
    if (left >= 3 && p[1] == 0x01 && p[2] == 0xf9) return s->length = 3, SITE_RDTSCP;
    if (left >= 3 && p[1] == 0xc7 && p[2] >= 0xf0) {
        s->length = 3;
        s->operand = p[2] & 7;
        return p[2] >= 0xf8 ? SITE_RDSEED : SITE_RDRAND;
    }
    return 0;
}

// Without .eh_frame entries: does decoding from nearly every address shortly before fall in step here?
static bool usually_reached(const struct module *m, uint64_t at, uint64_t *previous) {
    unsigned reached = 0;
    for (uint64_t start = at - 48; start < at - 32; start++) {
        ZydisDecodedInstruction in;
        uint64_t p = start, before = 0;
        while (p < at && start >= m->text_start) {
            before = p;
            p += decode(p, m->text_end, &in) ? in.length : 1;
        }
        if (p == at) reached++, *previous = before;
    }
    return reached >= 14;
}

// Is `at` the start of an instruction? Gives the start of the one before it. Prefix bytes (REX on rdrand)
// belong to the instruction: then the site moves back to include them.
static bool confirm(const struct module *m, struct function *f, uint64_t at, struct site *s, uint64_t *site_at,
                    uint64_t *previous) {
    *previous = 0;
    *site_at = at;
    if (!(at >= f->start && at < f->end)) {
        if (!find_function(m, at, f)) {
            f->start = f->end = 0;
            f->too_many = true;
            return usually_reached(m, at, previous);
        }
        collect_targets(f);
    }
    ZydisDecodedInstruction in;
    for (uint64_t p = f->start; p <= at; p += in.length) {
        if (!decode(p, f->end, &in)) {
            in.length = 1;
            continue;
        }
        if (p + in.length > at && (p == at || in.length - (at - p) == s->length)) {
            if (p == at) return true;
            if (at - p > 1 || s->kind < SITE_RDRAND) return false; // only a REX prefix is known here
            uint8_t rex = *(const uint8_t *)p;
            if ((rex & 0xf0) != 0x40) return false;
            s->operand |= (uint8_t)((rex & 1) << 3 | (rex & 8) << 4);
            s->length++;
            *site_at = p;
            return true;
        }
        *previous = p;
    }
    return false;
}

// Unwinders recognise the return from a signal handler by its very bytes.
static bool is_signal_return(uint64_t at, const struct module *m) {
    return at >= m->text_start + 7 && (!os_compare((const void *)(at - 7), "\x48\xc7\xc0\x0f\x00\x00\x00", 7) ||
                                       !os_compare((const void *)(at - 5), "\xb8\x0f\x00\x00\x00", 5));
}

unsigned site_scan(const struct module *m, struct site *sites, unsigned max) {
    static struct function f; // too large for the stack
    unsigned count = 0;
    bool loader = m->bias == modules_auxiliary(AT_BASE);
    ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
    ZydisDecoderEnableMode(&decoder, ZYDIS_DECODER_MODE_MINIMAL, ZYAN_TRUE);
    f.start = f.end = 0;
    for (const uint8_t *p = (const void *)m->text_start, *end = (const void *)m->text_end; p < end && count < max; p++) {
        if (*p != 0x0f) continue;
        struct site s = {0};
        s.kind = classify(p, (uint64_t)(end - p), &s);
        if (loader && s.kind == SITE_RDTSC) continue; // its statistics: nobody sees them
        uint64_t at, previous;
        if (!s.kind || is_signal_return((uintptr_t)p, m) || !confirm(m, &f, (uintptr_t)p, &s, &at, &previous)) continue;
        s.offset = (uint32_t)(at - m->bias);
        choose_method(&s, &f, at, previous);
        sites[count++] = s;
    }
    return count;
}
