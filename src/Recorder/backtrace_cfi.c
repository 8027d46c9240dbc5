// Reads .eh_frame_hdr and .eh_frame: binary search table -> FDE -> CFA program -> one rule.
//
// Where: anywhere, also in signal handlers. Only the canonical frame address and rbp are tracked: that is
//        all compilers need on x86-64 apart from a few lines of assembly.
// Rules: every read is checked against the end of its table; what is not understood gives CFI_NONE.
#include "backtrace_cfi.h"

#include "modules.h"
#include "os.h"

enum { REG_RBP = 6, REG_RSP = 7, REG_RIP = 16, REMEMBER_MAX = 8 };

struct cursor {
    const uint8_t *at, *end;
    bool bad; // read beyond the end, or an unknown encoding: what was read is 0
};

static uint64_t take(struct cursor *c, unsigned bytes) {
    if ((size_t)(c->end - c->at) < bytes) {
        c->bad = true;
        c->at = c->end;
        return 0;
    }
    uint64_t value = 0;
    for (unsigned i = 0; i < bytes; i++)
        value |= (uint64_t)c->at[i] << (8 * i);
    c->at += bytes;
    return value;
}

static int64_t take_signed(struct cursor *c, unsigned bytes) {
    unsigned shift = 64 - 8 * bytes;
    return (int64_t)(take(c, bytes) << shift) >> shift;
}

static uint64_t take_leb(struct cursor *c, bool with_sign) {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
        uint64_t byte = take(c, 1);
        if (shift < 64)
            value |= (byte & 0x7f) << shift;
        if (byte & 0x80)
            continue;
        if (with_sign && (byte & 0x40) && shift + 7 < 64)
            value |= ~0ull << (shift + 7);
        return value;
    }
    c->bad = true;
    return 0;
}
#define take_uleb(c) take_leb(c, false)
#define take_sleb(c) ((int64_t)take_leb(c, true))

static void skip(struct cursor *c, uint64_t bytes) {
    if ((uint64_t)(c->end - c->at) < bytes) {
        c->bad = true;
        bytes = (uint64_t)(c->end - c->at);
    }
    c->at += bytes;
}

// A pointer in one of the DW_EH_PE encodings.
static uint64_t take_pointer(struct cursor *c, uint8_t encoding, uint64_t data_base) {
    uint64_t place = (uint64_t)c->at, value;
    switch (encoding & 0x0f) {
    case 0x0: case 0x4: case 0xc: value = take(c, 8); break;
    case 0x1: value = take_uleb(c); break;
    case 0x2: value = take(c, 2); break;
    case 0x3: value = take(c, 4); break;
    case 0x9: value = (uint64_t)take_sleb(c); break;
    case 0xa: value = (uint64_t)take_signed(c, 2); break;
    case 0xb: value = (uint64_t)take_signed(c, 4); break;
    default: c->bad = true; return 0;
    }
    switch (encoding & 0x70) {
    case 0x00: return value;
    case 0x10: return value + place;
    case 0x30: return value + data_base;
    default: c->bad = true; return 0;
    }
}

// The FDE that the search table names for pc, or NULL.
static const uint8_t *find_fde(const struct module *m, uint64_t pc) {
    const uint8_t *hdr = (const uint8_t *)m->eh_frame_hdr;
    if (!hdr || m->eh_frame_hdr_size < 12 || hdr[0] != 1)
        return NULL;
    if ((hdr[2] & 0x0f) != 0x03 || hdr[3] != 0x3b) // count udata4, table datarel sdata4: what all linkers write
        return NULL;
    struct cursor c = {hdr + 4, hdr + m->eh_frame_hdr_size, false};
    take_pointer(&c, hdr[1], m->eh_frame_hdr);
    uint64_t count = take(&c, 4);
    if (c.bad || count == 0 || count > (uint64_t)(c.end - c.at) / 8)
        return NULL;
    struct { int32_t pc, fde; } const *table = (const void *)c.at;
    int64_t wanted = (int64_t)(pc - m->eh_frame_hdr);
    if (wanted < table[0].pc)
        return NULL;
    uint64_t low = 0, high = count;
    while (high - low > 1) {
        uint64_t middle = (low + high) / 2;
        if (table[middle].pc <= wanted)
            low = middle;
        else
            high = middle;
    }
    uint64_t fde = m->eh_frame_hdr + (uint64_t)(int64_t)table[low].fde;
    return fde >= m->start && fde + 8 <= m->end ? (const uint8_t *)fde : NULL;
}

struct common { // of a CIE
    uint64_t code_align;
    int64_t data_align;
    uint8_t pointers; // encoding
    bool signal, augmented;
    struct cursor program;
};

// A cursor over the entry's body, after its length and (for 64-bit lengths) nothing else: those are not used.
static struct cursor open_entry(const uint8_t *entry, const struct module *m) {
    struct cursor c = {entry, (const uint8_t *)m->end, false};
    uint64_t length = take(&c, 4);
    if (length == 0 || length == 0xffffffff || length > (uint64_t)(c.end - c.at))
        c.bad = true;
    else
        c.end = c.at + length;
    return c;
}

static bool read_common(const uint8_t *entry, const struct module *m, struct common *cie) {
    struct cursor c = open_entry(entry, m);
    if (take(&c, 4) != 0 || c.bad)
        return false;
    uint64_t version = take(&c, 1);
    const char *augmentation = (const char *)c.at;
    while (take(&c, 1) != 0)
        ;
    if (version == 4)
        skip(&c, 2);
    cie->code_align = take_uleb(&c);
    cie->data_align = take_sleb(&c);
    if (version == 1)
        skip(&c, 1);
    else
        take_uleb(&c);
    cie->pointers = 0;
    cie->signal = false;
    cie->augmented = augmentation[0] == 'z';
    if (c.bad || (augmentation[0] && !cie->augmented))
        return false;
    const uint8_t *after = c.at;
    if (cie->augmented) {
        uint64_t size = take_uleb(&c);
        after = c.at + (size <= (uint64_t)(c.end - c.at) ? size : 0);
        for (const char *a = augmentation + 1; *a; a++) {
            if (*a == 'R')
                cie->pointers = (uint8_t)take(&c, 1);
            else if (*a == 'L')
                skip(&c, 1);
            else if (*a == 'P')
                take_pointer(&c, (uint8_t)take(&c, 1) & 0x7f, 0);
            else if (*a == 'S')
                cie->signal = true;
            else if (*a != 'B')
                return false;
        }
    }
    c.at = after;
    cie->program = c;
    return !c.bad;
}

struct row {
    enum cfi_kind kind;
    int64_t cfa;
    enum cfi_bp bp_kind;
    int64_t bp;
    bool unknown; // this row uses something we do not track
};

static void set_register(struct row *row, uint64_t reg) {
    row->unknown = reg != REG_RSP && reg != REG_RBP;
    row->kind = reg == REG_RBP ? CFI_BP : CFI_SP;
}

// CFA expressions occur in two forms: a PLT entry's (depends on pc), and "load from register + offset".
static void set_expression(struct row *row, struct cursor e, uint64_t pc) {
    static const uint8_t plt[] = {0x77, 8, 0x80, 0, 0x3f, 0x1a, 0, 0x2a, 0x33, 0x24, 0x22};
    row->unknown = false;
    if (e.end - e.at == sizeof plt && os_compare(e.at, plt, 6) == 0 && os_compare(e.at + 7, plt + 7, 4) == 0) {
        row->kind = CFI_SP;
        row->cfa = 8 + ((pc & 15) >= (uint64_t)(e.at[6] - 0x30) ? 8 : 0);
        return;
    }
    uint64_t op = take(&e, 1);
    row->kind = op == 0x76 ? CFI_BP_DEREF : CFI_SP_DEREF;
    row->cfa = take_sleb(&e);
    row->unknown = (op != 0x76 && op != 0x77) || take(&e, 1) != 0x06 || e.bad || e.at != e.end;
}

static void save_register(struct row *row, uint64_t reg, int64_t offset) {
    if (reg == REG_RBP) {
        row->bp_kind = CFI_BP_AT_CFA;
        row->bp = offset;
    } else if (reg == REG_RIP && offset != -8) {
        row->unknown = true;
    }
}

struct machine {
    const struct common *cie;
    struct row row, initial, saved[REMEMBER_MAX];
    unsigned depth;
    uint64_t at, pc; // location reached, location wanted
};

static struct cursor take_block(struct cursor *c) {
    uint64_t size = take_uleb(c);
    struct cursor block = *c;
    skip(c, size);
    block.end = c->at;
    return block;
}

// One instruction without operands in its first byte. False: unknown instruction.
static bool run_extended(struct machine *m, struct cursor *c, uint8_t op) {
    const struct common *cie = m->cie;
    struct row *row = &m->row;
    uint64_t reg;
    struct cursor block;
    switch (op) {
    case 0x00: return true;
    case 0x01: m->at = take_pointer(c, cie->pointers, 0); return true;
    case 0x02: m->at += take(c, 1) * cie->code_align; return true;
    case 0x03: m->at += take(c, 2) * cie->code_align; return true;
    case 0x04: m->at += take(c, 4) * cie->code_align; return true;
    case 0x05: reg = take_uleb(c); save_register(row, reg, (int64_t)take_uleb(c) * cie->data_align); return true;
    case 0x11: reg = take_uleb(c); save_register(row, reg, take_sleb(c) * cie->data_align); return true;
    case 0x2f: reg = take_uleb(c); save_register(row, reg, -(int64_t)take_uleb(c) * cie->data_align); return true;
    case 0x06: case 0x08: // restore, same value
        if (take_uleb(c) == REG_RBP) {
            row->bp_kind = op == 0x06 ? m->initial.bp_kind : CFI_BP_SAME;
            row->bp = m->initial.bp;
        }
        return true;
    case 0x07: // undefined: of the return address it marks the outermost frame
        if (take_uleb(c) == REG_RIP)
            row->kind = CFI_END;
        return true;
    case 0x09: reg = take_uleb(c); take_uleb(c); row->unknown |= reg == REG_RIP; return true;
    case 0x0a:
        if (m->depth == REMEMBER_MAX)
            return false;
        m->saved[m->depth++] = *row;
        return true;
    case 0x0b:
        if (m->depth == 0)
            return false;
        *row = m->saved[--m->depth];
        return true;
    case 0x0c: set_register(row, take_uleb(c)); row->cfa = (int64_t)take_uleb(c); return true;
    case 0x12: set_register(row, take_uleb(c)); row->cfa = take_sleb(c) * cie->data_align; return true;
    case 0x0d: set_register(row, take_uleb(c)); return true;
    case 0x0e: row->cfa = (int64_t)take_uleb(c); return true;
    case 0x13: row->cfa = take_sleb(c) * cie->data_align; return true;
    case 0x0f: set_expression(row, take_block(c), m->pc); return true;
    case 0x10: // a register saved where an expression says: for rbp, gcc's realigned frames use rbp + n
        reg = take_uleb(c);
        block = take_block(c);
        if (reg == REG_RBP) {
            row->unknown |= take(&block, 1) != 0x76;
            row->bp_kind = CFI_BP_AT_BP;
            row->bp = take_sleb(&block);
            row->unknown |= block.at != block.end;
        }
        row->unknown |= reg == REG_RIP;
        return true;
    case 0x14: case 0x15: take_uleb(c); take_uleb(c); return true;
    case 0x16: take_uleb(c); take_block(c); return true;
    case 0x2e: take_uleb(c); return true;
    default: return false;
    }
}

static bool run(struct machine *m, struct cursor c) {
    while (c.at < c.end && !c.bad) {
        uint8_t op = (uint8_t)take(&c, 1), low = op & 0x3f;
        struct row before = m->row;
        if (op >> 6 == 1)
            m->at += low * m->cie->code_align;
        else if (op >> 6 == 2)
            save_register(&m->row, low, (int64_t)take_uleb(&c) * m->cie->data_align);
        else if (op >> 6 == 3) {
            if (low == REG_RBP) {
                m->row.bp_kind = m->initial.bp_kind;
                m->row.bp = m->initial.bp;
            }
        } else if (!run_extended(m, &c, op))
            return false;
        if (m->at > m->pc) {
            m->row = before;
            break;
        }
    }
    return !c.bad;
}

// mov $15,%rax; syscall: the restorer of a signal frame, wherever it is.
static bool is_restorer(uint64_t pc) {
    static const uint8_t code[] = {0x48, 0xc7, 0xc0, 15, 0, 0, 0, 0x0f, 0x05};
    const struct module *m = module_find(pc);
    return m && pc >= m->text_start && pc + sizeof code <= m->text_end &&
           os_compare((const void *)pc, code, sizeof code) == 0;
}

struct cfi_rule cfi_rule_at(uint64_t pc) {
    struct cfi_rule none = {0, 0, CFI_NONE, CFI_BP_SAME}, rule = none;
    const struct module *m = module_find(pc);
    // A restorer is looked up at return address - 1 as well as at its own address.
    rule.kind = CFI_SIGNAL;
    if (is_restorer(pc) || is_restorer(pc + 1))
        return rule;
    const uint8_t *fde = m ? find_fde(m, pc) : NULL;
    if (!fde)
        return none;
    struct cursor c = open_entry(fde, m);
    const uint8_t *id_place = c.at;
    uint64_t back = take(&c, 4);
    struct common cie;
    if (c.bad || back == 0 || back > (uint64_t)id_place - m->start || !read_common(id_place - back, m, &cie))
        return none;
    uint64_t begin = take_pointer(&c, cie.pointers, 0);
    uint64_t size = take_pointer(&c, cie.pointers & 0x0f, 0);
    if (c.bad || pc < begin || pc - begin >= size)
        return none;
    if (cie.signal)
        return rule;
    if (cie.augmented)
        skip(&c, take_uleb(&c));

    struct machine machine = {.cie = &cie, .at = begin, .pc = pc};
    machine.row.unknown = true;
    if (!run(&machine, cie.program))
        return none;
    machine.initial = machine.row;
    if (!run(&machine, c) || machine.row.unknown)
        return none;
    const struct row *row = &machine.row;
    rule.kind = (uint8_t)row->kind;
    rule.bp_kind = (uint8_t)row->bp_kind;
    rule.cfa = (int32_t)row->cfa;
    rule.bp = (int16_t)(row->bp / 8);
    bool fits = rule.cfa == row->cfa && rule.bp * 8 == row->bp;
    return fits ? rule : none;
}
