// The width of a memory access, from the instruction's prefixes and opcode.
//
// Where: in the SIGSEGV handler, on an instruction that has just been executed (so it is readable).
// Rules: a full decoder is not needed: the fault tells address and direction, only the width is missing, and
//        a wrong guess is off by a few bytes at the end of an overflow.
#include "heap_guard_access.h"

#include "modules.h"
#include "os.h"

struct prefixes {
    bool operand, wide; // 66, REX.W
    uint8_t repeat;     // f2, f3
};

static unsigned general_width(const struct prefixes *p) { return p->wide ? 8 : p->operand ? 2 : 4; }

static unsigned one_byte_width(uint8_t op, const uint8_t *after, const struct prefixes *p) {
    if (op == 0xff && (after[0] >> 3 & 7) >= 2) // call, jmp, push through memory
        return 8;
    if (op == 0x63) // movsxd
        return 4;
    if (op >= 0xd8 && op <= 0xdf) // x87: by opcode, good enough
        return op & 4 ? 8 : 4;
    bool is_byte = !(op & 1) && (op < 0x40 || (op >= 0x80 && op <= 0x8a && op != 0x82) || (op >= 0xa0 && op <= 0xaf) ||
                                 (op >= 0xc0 && op <= 0xd2) || op >= 0xf6);
    return is_byte ? 1 : general_width(p);
}

static unsigned two_byte_width(uint8_t op, const struct prefixes *p) {
    if (op == 0x10 || op == 0x11 || (op >= 0x51 && op <= 0x5f)) // scalar or packed
        return p->repeat == 0xf3 ? 4 : p->repeat == 0xf2 ? 8 : 16;
    if (op == 0x12 || op == 0x13 || op == 0x16 || op == 0x17 || op == 0xd6)
        return 8;
    if (op == 0x6e || op == 0x7e)
        return p->wide || p->repeat ? 8 : 4;
    if (op == 0xb6 || op == 0xbe || op == 0xb0 || op == 0xc0 || (op >= 0x90 && op <= 0x9f))
        return 1;
    if (op == 0xb7 || op == 0xbf)
        return 2;
    if (op == 0x6f || op == 0x7f || op == 0xe7)
        return p->operand || p->repeat ? 16 : 8; // else MMX
    if (op == 0x28 || op == 0x29 || op == 0x2b || (op >= 0x60 && op <= 0x76) || op >= 0xd0)
        return 16;
    return general_width(p);
}

static unsigned vector_width(uint8_t op, unsigned full, unsigned simd_prefix) {
    bool scalar = op == 0x10 || op == 0x11 || (op >= 0x51 && op <= 0x5f);
    if (scalar && simd_prefix >= 2) // vmovss, vmovsd
        return simd_prefix == 2 ? 4 : 8;
    if (op == 0x12 || op == 0x13 || op == 0x16 || op == 0x17 || op == 0xd6)
        return 8;
    if (op == 0x6e || op == 0x7e)
        return simd_prefix == 2 ? 8 : 4;
    return full;
}

unsigned access_width(uint64_t pc) {
    const struct module *m = module_find(pc);
    if (!m || pc < m->text_start || pc + 16 > m->text_end)
        return 8;
    const uint8_t *at = (const uint8_t *)pc;
    struct prefixes p = {0};
    for (;; at++) {
        if (*at == 0x66)
            p.operand = true;
        else if (*at == 0xf2 || *at == 0xf3)
            p.repeat = *at;
        else if (*at != 0x2e && *at != 0x36 && *at != 0x3e && *at != 0x26 && *at != 0x64 && *at != 0x65 &&
                 *at != 0x67 && *at != 0xf0)
            break;
        if (at - (const uint8_t *)pc > 4)
            return 8;
    }
    if (*at == 0xc5) // VEX, two and three bytes: length bit and implied prefix in the last
        return vector_width(at[2], at[1] & 4 ? 32 : 16, at[1] & 3);
    if (*at == 0xc4)
        return vector_width(at[3], at[2] & 4 ? 32 : 16, at[2] & 3);
    if (*at == 0x62) // EVEX
        return vector_width(at[4], 16u << (at[3] >> 5 & 3) & 0x70, at[2] & 3);
    if ((*at & 0xf0) == 0x40) {
        p.wide = *at & 8;
        at++;
    }
    if (*at != 0x0f)
        return one_byte_width(at[0], at + 1, &p);
    if (at[1] == 0x38 || at[1] == 0x3a)
        return 16;
    return two_byte_width(at[1], &p);
}
