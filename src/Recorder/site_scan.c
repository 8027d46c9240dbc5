// Finds the instructions that must be intercepted: syscall, rdtsc, rdtscp, rdrand, rdseed.
//
// Where: in the constructor and in the hook of mmap.
// How:   a byte search gives candidates; a candidate counts only if a decoder that starts at the beginning
//        of its function (from .eh_frame_hdr) arrives exactly there. Where there is no such entry (Go, hand
//        written code) decoding falls in step by itself within a few instructions. Neighbours move along to
//        make room for a five-byte jump only if no branch of the function lands in the bytes to be replaced.
#include "site_scan.h"

#include "os.h"

#include <Zydis/Zydis.h>
#include <elf.h>

#define FUNCTION_MAX (64 * 1024ul) // larger ones are seen through a window
#define WINDOW_BEFORE 2048ul
#define WINDOW_BEHIND 2048ul
#define INSTRUCTIONS_MAX (FUNCTION_MAX + 1)

// The decoded surroundings of a candidate.
struct window {
    uint64_t start, end;
    uint32_t at[INSTRUCTIONS_MAX]; // starts of the instructions, from `start`
    unsigned count;
    uint32_t targets[INSTRUCTIONS_MAX]; // of direct branches, from `start`
    unsigned target_count;
};
static struct window *view; // too large for the stack, and for the library (see tests/Recorder.Tests/structure.sh)

static ZydisDecoder decoder;

static bool decode(uint64_t at, uint64_t end, ZydisDecodedInstruction *out) {
    ZydisDecoderContext context;
    return at < end && ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(&decoder, &context, (const void *)at, end - at, out));
}

// The function around pc as .eh_frame_hdr has it: [start of its entry, start of the next entry).
static bool find_function(const struct module *m, const struct module_text *text, uint64_t pc) {
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
    view->start = m->eh_frame_hdr + (int64_t)table[low][0];
    view->end = low + 1 < count ? m->eh_frame_hdr + (int64_t)table[low + 1][0] : text->end;
    return view->start <= pc && pc < view->end && view->start >= text->start && view->end <= text->end && view->end - view->start <= FUNCTION_MAX;
}

static void decode_window(void) {
    ZydisDecodedInstruction in;
    view->count = view->target_count = 0;
    for (uint64_t at = view->start; at < view->end; at += in.length) {
        view->at[view->count++] = (uint32_t)(at - view->start);
        if (!decode(at, view->end, &in)) {
            in.length = 1;
            continue;
        }
        uint64_t target = at + in.length + (uint64_t)in.raw.imm[0].value.s;
        if (in.raw.imm[0].is_relative && target >= view->start && target < view->end) view->targets[view->target_count++] = (uint32_t)(target - view->start);
    }
}

// Without a function's start: does decoding from nearly every address shortly before fall in step here?
static bool usually_reached(const struct module_text *text, uint64_t at) {
    unsigned reached = 0;
    for (uint64_t start = at - 48; start < at - 32 && start >= text->start; start++) {
        ZydisDecodedInstruction in;
        uint64_t p = start;
        while (p < at) p += decode(p, text->end, &in) ? in.length : 1;
        reached += p == at;
    }
    return reached >= 14;
}

static void look_at(const struct module *m, const struct module_text *text, uint64_t at) {
    if (at >= view->start && at < view->end) return;
    if (!find_function(m, text, at)) {
        view->start = at - text->start > WINDOW_BEFORE ? at - WINDOW_BEFORE : text->start;
        view->end = text->end - at > WINDOW_BEHIND ? at + WINDOW_BEHIND : text->end;
        if (!usually_reached(text, at)) view->end = at; // no instruction here
    }
    decode_window();
}

// Index of the instruction that holds `at`, -1 if there is none.
static int instruction_at(uint64_t at) {
    if (at < view->start || at >= view->end || !view->count) return -1;
    uint32_t offset = (uint32_t)(at - view->start);
    unsigned low = 0, high = view->count;
    while (high - low > 1) {
        unsigned middle = (low + high) / 2;
        if (view->at[middle] <= offset) low = middle;
        else high = middle;
    }
    return (int)low;
}

static bool branch_inside(uint64_t from, uint64_t end) {
    for (unsigned i = 0; i < view->target_count; i++)
        if (view->start + view->targets[i] > from && view->start + view->targets[i] < end) return true;
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

// Whole instructions before the site that make five bytes with it; 0: there are none.
static unsigned room_before(struct site *s, int index, uint64_t at) {
    uint64_t from = at;
    bool relative = false;
    for (int i = index - 1; i >= 0 && index - i <= 3; i--) {
        ZydisDecodedInstruction in;
        from = view->start + view->at[i];
        if (!decode(from, view->end, &in) || from + in.length != view->start + view->at[i + 1] || !site_movable(&in)) return 0;
        relative |= is_relative(&in);
        if (at + s->length - from < 5) continue;
        if (branch_inside(from, at + s->length)) return 0;
        s->relative = relative;
        return (unsigned)(at - from);
    }
    return 0;
}

static void choose_method(struct site *s, int index, uint64_t at) {
    uint64_t end = at + s->length;
    s->method = SITE_JUMP;
    if (s->length >= 5) return;
    s->before = (uint8_t)room_before(s, index, at);
    if (s->before) return;
    uint64_t next = end;
    ZydisDecodedInstruction in;
    s->method = SITE_TRAP;
    while (next - at < 5 && decode(next, view->end, &in)) {
        bool ret = in.opcode == 0xc3 && in.opcode_map == ZYDIS_OPCODE_MAP_DEFAULT;
        if (ret && at + 5 <= view->end && is_filler(next + in.length, at + 5)) {
            s->last = 1;
            next += in.length;
            break;
        }
        if (!site_movable(&in)) return;
        s->relative |= is_relative(&in);
        next += in.length;
    }
    uint64_t replaced = next - at < 5 ? at + 5 : next;
    if ((next - at < 5 && !s->last) || branch_inside(at, replaced)) return;
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

// Is `at` the start of an instruction? A prefix byte (REX on rdrand) belongs to it: then the site moves back to
// include it. Gives the instruction's index, -1: it is none.
static int confirm(const struct module *m, const struct module_text *text, struct site *s, uint64_t *at) {
    look_at(m, text, *at);
    int index = instruction_at(*at);
    if (index < 0) return -1;
    uint64_t start = view->start + view->at[index];
    if (start == *at) return index;
    uint8_t rex = *(const uint8_t *)start;
    if (*at - start != 1 || s->kind < SITE_RDRAND || (rex & 0xf0) != 0x40) return -1;
    s->operand |= (uint8_t)((rex & 1) << 3 | (rex & 8) << 4);
    s->length++;
    *at = start;
    return index;
}

// Unwinders recognise the return from a signal handler by its very bytes.
static bool is_signal_return(uint64_t at, const struct module *m) {
    return at >= m->text_start + 7 && (!os_compare((const void *)(at - 7), "\x48\xc7\xc0\x0f\x00\x00\x00", 7) ||
                                       !os_compare((const void *)(at - 5), "\xb8\x0f\x00\x00\x00", 5));
}

static unsigned scan_text(const struct module *m, const struct module_text *text, struct site *sites, unsigned count, unsigned max) {
    bool loader = m->bias == modules_auxiliary(AT_BASE);
    for (const uint8_t *p = (const void *)text->start, *end = (const void *)text->end; p < end && count < max; p++) {
        if (*p != 0x0f) continue;
        struct site s = {0};
        s.kind = classify(p, (uint64_t)(end - p), &s);
        if (!s.kind || (loader && s.kind == SITE_RDTSC)) continue; // the loader's statistics: nobody sees them
        uint64_t at = (uintptr_t)p;
        int index = is_signal_return(at, m) ? -1 : confirm(m, text, &s, &at);
        if (index < 0) continue;
        s.offset = (uint32_t)(at - m->bias);
        choose_method(&s, index, at);
        sites[count++] = s;
    }
    return count;
}

// Some linkers put tables and code into one executable segment. Then the unwind table lies in it, too, and says
// from where to where there is code; what looks like an instruction outside of that is none.
static struct module_text code_only(const struct module *m, struct module_text text) {
    const uint8_t *hdr = (const void *)m->eh_frame_hdr;
    uint32_t count;
    int32_t first[2], last[2], from, size;
    if (m->eh_frame_hdr < text.start || m->eh_frame_hdr + m->eh_frame_hdr_size > text.end || m->eh_frame_hdr_size < 20) return text;
    if (hdr[0] != 1 || hdr[2] != 0x03 || hdr[3] != 0x3b) return text;
    os_copy(&count, hdr + 8, 4);
    if (!count || 12 + (uint64_t)count * 8 > m->eh_frame_hdr_size) return text;
    os_copy(first, hdr + 12, 8);
    os_copy(last, hdr + 12 + (count - 1) * 8ul, 8);
    uint64_t entry = m->eh_frame_hdr + (int64_t)last[1], start = m->eh_frame_hdr + (int64_t)first[0], end = m->eh_frame_hdr + (int64_t)last[0];
    if (entry < text.start || entry + 16 > text.end || start < text.start || end < start || end >= text.end) return text;
    os_copy(&from, (const void *)(entry + 8), 4);
    os_copy(&size, (const void *)(entry + 12), 4);
    bool usual = entry + 8 + (int64_t)from == end && size > 0; // pointers as 4 bytes, relative to their place
    end += usual ? (uint32_t)size : FUNCTION_MAX;
    return (struct module_text){start, end < text.end ? end : text.end};
}

unsigned site_scan(const struct module *m, struct site *sites, unsigned max) {
    unsigned count = 0;
    ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
    ZydisDecoderEnableMode(&decoder, ZYDIS_DECODER_MODE_MINIMAL, ZYAN_TRUE);
    if (!view && !(view = os_map(sizeof *view))) return max; // as if there were too many
    view->start = view->end = 0;
    for (unsigned i = 0; i < m->text_count; i++) {
        struct module_text text = code_only(m, m->text[i]);
        count = scan_text(m, &text, sites, count, max);
    }
    return count;
}
