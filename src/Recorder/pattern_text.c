// Reads the text of a pattern (pattern.h; docs/patch-format.md).
#include "pattern.h"

#include "quoted.h"

struct reader {
    struct quoted_text text;
    struct pattern *to;
    const char **why;
};

static bool refuse(struct reader *r, const char *why) {
    *r->why = why;
    return false;
}

// {n}, {n,m} or {n,}; nothing: once.
static bool take_repeat(struct reader *r, uint32_t largest, uint32_t *min, uint32_t *max) {
    uint64_t low, high;
    *min = *max = 1;
    if (!quoted_take_text(&r->text, "{"))
        return true;
    if (!quoted_take_decimal(&r->text, 10, &low) || low > PATTERN_AT_LEAST)
        return refuse(r, "a repeat is {n}, {n,} or {n,m}, with n up to 1000000000");
    high = low;
    if (quoted_take_text(&r->text, ",") && !quoted_take_decimal(&r->text, 10, &high))
        high = PATTERN_FOREVER;
    if (!quoted_take_text(&r->text, "}"))
        return refuse(r, "a repeat is {n}, {n,} or {n,m}, with n up to 1000000000");
    if (high != PATTERN_FOREVER && (high < low || high == 0 || high > largest))
        return refuse(r, "the upper bound of a repeat is at least the lower one, 1 to 1024 for a byte, 1 to 62 for a group");
    *min = (uint32_t)low;
    *max = (uint32_t)high;
    return true;
}

static bool take_class(struct reader *r, uint64_t *set) {
    bool inverted = quoted_take_text(&r->text, "^");
    uint64_t found[4] = {0, 0, 0, 0};
    bool any = false;
    while (!quoted_take_text(&r->text, "]")) {
        uint8_t low, high;
        if (!quoted_take_byte(&r->text, "[]^-\\", &low))
            return refuse(r, "a set is [bytes and a-z], with a backslash before [ ] ^ - and backslash");
        high = low;
        if (quoted_take_text(&r->text, "-") && (!quoted_take_byte(&r->text, "[]^-\\", &high) || high < low))
            return refuse(r, "a range of a set goes from a byte to one that is not smaller");
        for (unsigned byte = low; byte <= high; byte++)
            found[byte / 64] |= 1ull << byte % 64;
        any = true;
    }
    for (unsigned i = 0; i < 4; i++)
        set[i] = inverted ? ~found[i] : found[i];
    bool none = !(set[0] | set[1] | set[2] | set[3]);
    return (any && !none) || refuse(r, "a set has at least one byte");
}

// [..], . or *: the set's index, and how often.
static bool take_set(struct reader *r, uint32_t *set, uint32_t *min, uint32_t *max) {
    if (r->to->set_count == PATTERN_SETS)
        return refuse(r, "a pattern has at most 64 sets");
    uint64_t *bytes = r->to->sets[r->to->set_count];
    for (unsigned i = 0; i < 4; i++)
        bytes[i] = ~0ull;
    *set = r->to->set_count++;
    if (quoted_take_text(&r->text, "*")) {
        *min = 0;
        *max = PATTERN_FOREVER;
        return true;
    }
    if (quoted_take_text(&r->text, "["))
        return take_class(r, bytes) && take_repeat(r, PATTERN_REPEAT, min, max);
    if (quoted_take_text(&r->text, "."))
        return take_repeat(r, PATTERN_REPEAT, min, max);
    return refuse(r, "an element is \"bytes\", \"bytes\"i, [set]{n,m}, .{n,m}, *, number{>=n,<=m} or (elements){n,m}");
}

static bool take_bound(struct reader *r, int64_t *bound) {
    bool negative = quoted_take_text(&r->text, "-");
    uint64_t value;
    if (!quoted_take_decimal(&r->text, 19, &value) || value > INT64_MAX)
        return false;
    *bound = negative ? -(int64_t)value : (int64_t)value;
    return true;
}

static bool take_number(struct reader *r, struct pattern_element *e) {
    const char *why = "a number is number, number{>=n}, number{<=n} or number{>=n,<=m}, up to 9223372036854775807";
    e->kind = PATTERN_NUMBER;
    e->low = -INT64_MAX;
    e->high = INT64_MAX;
    if (!quoted_take_text(&r->text, "{"))
        return true;
    bool low = quoted_take_text(&r->text, ">=");
    if (low && !take_bound(r, &e->low))
        return refuse(r, why);
    if (!low || quoted_take_text(&r->text, ","))
        if (!quoted_take_text(&r->text, "<=") || !take_bound(r, &e->high))
            return refuse(r, why);
    return (quoted_take_text(&r->text, "}") && e->low <= e->high) || refuse(r, why);
}

static bool add_state(struct reader *r, struct pattern_element *group, struct pattern_state state) {
    if (r->to->state_count == PATTERN_STATES)
        return refuse(r, "the groups of a pattern have at most 256 bytes together, each repeat counted");
    r->to->states[r->to->state_count++] = state;
    group->count++;
    return true;
}

// One element of a group; *required: it has a byte that cannot be left out.
static bool take_member(struct reader *r, struct pattern_element *group, bool *required) {
    if (r->text.at < r->text.end && *r->text.at == '"') {
        uint8_t bytes[PATTERN_STATES];
        size_t size;
        if (!quoted_take_string(&r->text, bytes, sizeof bytes, &size))
            return refuse(r, "a fixed element of a group is 1 to 256 bytes between quotes");
        bool nocase = quoted_take_text(&r->text, "i");
        for (size_t i = 0; i < size; i++)
            if (!add_state(r, group, (struct pattern_state){bytes[i], false, nocase, false, false}))
                return false;
        *required = true;
        return true;
    }
    uint32_t set, min, max;
    if (!take_set(r, &set, &min, &max))
        return false;
    *required |= min > 0;
    uint32_t states = max != PATTERN_FOREVER ? max : min ? min : 1;
    for (uint32_t i = 0; i < states; i++) {
        bool loop = max == PATTERN_FOREVER && i + 1 == states;
        if (!add_state(r, group, (struct pattern_state){(uint8_t)set, true, false, i >= min, loop}))
            return false;
    }
    return true;
}

static bool take_group(struct reader *r, struct pattern_element *e) {
    bool required = false;
    e->kind = PATTERN_GROUP;
    e->first = (uint16_t)r->to->state_count;
    do {
        if (!take_member(r, e, &required))
            return false;
    } while (quoted_take_text(&r->text, " "));
    if (!quoted_take_text(&r->text, ")"))
        return refuse(r, "a group is (elements){n,m}, without numbers or other groups in it");
    if (!required)
        return refuse(r, "a group has at least one byte that cannot be left out");
    e->scratch = r->to->value_count;
    r->to->value_count += e->count + 1u;
    return take_repeat(r, PATTERN_TIMES, &e->min, &e->max);
}

static bool take_fixed(struct reader *r, struct pattern_element *e) {
    struct pattern *p = r->to;
    size_t size;
    if (!quoted_take_string(&r->text, p->bytes + p->byte_count, PATTERN_BYTES - p->byte_count, &size))
        return refuse(r, "fixed bytes are \"printable ASCII and \\n \\r \\t \\0 \\xHH \\\" \\\\\", 1 to 2048 in a pattern");
    e->kind = PATTERN_FIXED;
    e->first = (uint16_t)p->byte_count;
    e->count = (uint16_t)size;
    e->nocase = quoted_take_text(&r->text, "i");
    p->byte_count += (uint32_t)size;
    return true;
}

static bool take_element(struct reader *r) {
    struct pattern *p = r->to;
    if (p->element_count == PATTERN_ELEMENTS)
        return refuse(r, "a pattern has at most 64 elements");
    struct pattern_element *e = &p->elements[p->element_count++];
    *e = (struct pattern_element){0};
    if (r->text.at < r->text.end && *r->text.at == '"') {
        if (!take_fixed(r, e))
            return false;
    } else if (quoted_take_text(&r->text, "number")) {
        return take_number(r, e);
    } else if (quoted_take_text(&r->text, "(")) {
        return take_group(r, e);
    } else {
        uint32_t set;
        e->kind = PATTERN_SET;
        if (!take_set(r, &set, &e->min, &e->max))
            return false;
        e->set = (uint16_t)set;
    }
    e->scratch = p->ring_bits;
    p->ring_bits += e->kind == PATTERN_FIXED ? e->count : e->max == PATTERN_FOREVER ? 0 : e->max + 1;
    return p->ring_bits <= PATTERN_RING || refuse(r, "the upper bounds of a pattern's repeats are too large together");
}

bool pattern_parse(const char *text, size_t size, struct pattern *to, const char **why) {
    struct reader r = {{text, text + size}, to, why};
    to->length = to->element_count = to->set_count = to->byte_count = to->state_count = 0;
    to->ring_bits = to->value_count = 0;
    if (size > PATTERN_TEXT)
        return refuse(&r, "a pattern is longer than 4096 bytes");
    if (quoted_take_text(&r.text, "length{>=")) {
        uint64_t length;
        if (!quoted_take_decimal(&r.text, 10, &length) || length > PATTERN_AT_LEAST || !quoted_take_text(&r.text, "} "))
            return refuse(&r, "a length is length{>=n} with n up to 1000000000, then the elements");
        to->length = (uint32_t)length;
    }
    do {
        if (!take_element(&r))
            return false;
    } while (quoted_take_text(&r.text, " "));
    return r.text.at == r.text.end || refuse(&r, "there is something behind an element that is none: elements are "
                                                 "separated by one space");
}
