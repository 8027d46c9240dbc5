// Matches a pattern: the set of all ways to match goes over the request once (pattern.h).
//
// At each place between two bytes, from the first element to the last: could this element begin here (what could the
// one before end here)? Then: could it end here? What an element remembers for that is small:
//   fixed   a ring with a bit per byte: begun so many bytes ago, and the bytes are right
//   set     without upper bound: where it was entered first in this run of its bytes; with one: a ring of where
//   number  whether the run of digits that is here was entered
//   group   per state how often it was passed: the most often, or, with an upper bound, a bit per number of times
#include "pattern.h"

struct match {
    const struct pattern *p;
    struct pattern_progress *s;
    const uint8_t *data;
    size_t size, at;
    uint64_t number; // the run of digits before `at`; at most INT64_MAX
    bool alive;      // something could still match
};

static bool in_set(const struct pattern *p, unsigned set, uint8_t byte) {
    return p->sets[set][byte / 64] >> byte % 64 & 1;
}

static bool is_digit(uint8_t byte) {
    return byte >= '0' && byte <= '9';
}

static uint8_t lower(uint8_t byte) {
    return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte + 32) : byte;
}

static bool ring_get(const struct match *m, uint64_t bit) {
    return m->s->ring[bit / 64] >> bit % 64 & 1;
}

static void ring_put(struct match *m, uint64_t bit, bool value) {
    uint64_t mask = 1ull << bit % 64;
    m->s->ring[bit / 64] = value ? m->s->ring[bit / 64] | mask : m->s->ring[bit / 64] & ~mask;
}

static bool equal_here(const struct match *m, const struct pattern_element *e) {
    if (m->size - m->at < e->count)
        return false;
    const uint8_t *a = m->p->bytes + e->first, *b = m->data + m->at;
    for (unsigned i = 0; i < e->count; i++)
        if (a[i] != b[i] && !(e->nocase && lower(a[i]) == lower(b[i])))
            return false;
    return true;
}

static bool pass_fixed(struct match *m, unsigned i, bool in) {
    const struct pattern_element *e = &m->p->elements[i];
    uint64_t slot = e->scratch + m->at % e->count;
    bool out = ring_get(m, slot), begins = in && equal_here(m, e);
    ring_put(m, slot, begins);
    m->s->elements[i].pending += (uint32_t)begins - (uint32_t)out;
    m->alive |= m->s->elements[i].pending > 0;
    return out;
}

static bool pass_set(struct match *m, unsigned i, bool in) {
    const struct pattern_element *e = &m->p->elements[i];
    uint64_t at = m->at, *start = &m->s->elements[i].start, *first = &m->s->elements[i].first;
    bool broken = at && !in_set(m->p, e->set, m->data[at - 1]);
    if (broken)
        *start = at;
    if (e->max == PATTERN_FOREVER) {
        if (broken)
            *first = 0;
        if (in && !*first)
            *first = at + 1;
        m->alive |= *first > 0;
        return *first && at - (*first - 1) >= e->min;
    }
    uint32_t *ending = &m->s->elements[i].pending;
    uint64_t period = (uint64_t)e->max + 1, *newest = &m->s->elements[i].newest;
    uint64_t slot = e->scratch + at % period;
    if (broken)
        *ending = 0;
    else if (at >= period && at - period >= *start && ring_get(m, slot))
        --*ending;
    ring_put(m, slot, in);
    if (in)
        *newest = at + 1;
    if (at >= e->min && at - e->min >= *start && ring_get(m, e->scratch + (at - e->min) % period))
        ++*ending;
    m->alive |= *newest > *start && at - (*newest - 1) < e->max;
    return *ending > 0;
}

enum { ENTERED = 1, ENTERED_NEGATIVE = 2 };

// A number is a whole run of digits; the '-' before it belongs to it where it may be negative.
static bool pass_number(struct match *m, unsigned i, bool in) {
    const struct pattern_element *e = &m->p->elements[i];
    uint32_t *flags = &m->s->elements[i].pending;
    bool before = m->at && is_digit(m->data[m->at - 1]), after = m->at < m->size && is_digit(m->data[m->at]), out = false;
    if (before && !after) {
        int64_t value = (int64_t)m->number;
        out = (*flags & ENTERED && value >= e->low && value <= e->high) ||
              (*flags & ENTERED_NEGATIVE && -value >= e->low && -value <= e->high);
        *flags = 0;
    }
    if (in && after && !before)
        *flags |= ENTERED;
    if (in && e->low < 0 && m->size - m->at >= 2 && m->data[m->at] == '-' && is_digit(m->data[m->at + 1]))
        *flags |= ENTERED_NEGATIVE;
    m->alive |= *flags > 0;
    return out;
}

static bool accepts(const struct pattern *p, const struct pattern_state *state, uint8_t byte) {
    if (state->is_set)
        return in_set(p, state->byte, byte);
    return state->byte == byte || (state->nocase && lower(state->byte) == lower(byte));
}

// Both ways to reach a state. A value is, without upper bound, 1 + how often the group was passed, at most 1 + min;
// with one, a bit per number of times. 0: not reached.
static uint64_t both(const struct pattern_element *e, uint64_t a, uint64_t b) {
    return e->max != PATTERN_FOREVER ? a | b : a > b ? a : b;
}

static uint64_t passed(const struct pattern_element *e, uint64_t value) {
    if (e->max != PATTERN_FOREVER)
        return value << 1 & ((2ull << e->max) - 1);
    return value && value <= e->min ? value + 1 : value;
}

static void skip_states(const struct pattern_element *e, const struct pattern_state *states, uint64_t *v) {
    for (unsigned j = 0; j < e->count; j++)
        if (states[j].skip)
            v[j + 1] = both(e, v[j + 1], v[j]);
}

static bool pass_group(struct match *m, unsigned i, bool in) {
    const struct pattern_element *e = &m->p->elements[i];
    const struct pattern_state *states = m->p->states + e->first;
    uint64_t *v = m->s->values + e->scratch, end;
    if (m->at) {
        uint8_t byte = m->data[m->at - 1];
        bool here = false; // state j accepts the byte
        for (unsigned j = e->count + 1; j-- > 0;) {
            bool before = j > 0 && accepts(m->p, &states[j - 1], byte);
            v[j] = both(e, before ? v[j - 1] : 0, here && states[j].loop ? v[j] : 0);
            here = before;
        }
    }
    skip_states(e, states, v);
    end = both(e, in, passed(e, v[e->count]));
    v[0] = both(e, v[0], end);
    skip_states(e, states, v);
    v[e->count] = 0;
    for (unsigned j = 0; j < e->count; j++)
        m->alive |= v[j] > 0;
    return e->max != PATTERN_FOREVER ? end >> e->min > 0 : end > e->min;
}

static bool pass(struct match *m, unsigned i, bool in) {
    switch (m->p->elements[i].kind) {
    case PATTERN_FIXED: return pass_fixed(m, i, in);
    case PATTERN_SET: return pass_set(m, i, in);
    case PATTERN_NUMBER: return pass_number(m, i, in);
    default: return pass_group(m, i, in);
    }
}

static void count_digit(struct match *m, uint8_t byte) {
    if (!is_digit(byte)) {
        m->number = 0;
        return;
    }
    uint64_t digit = byte - (uint64_t)'0';
    m->number = m->number > (INT64_MAX - digit) / 10 ? INT64_MAX : m->number * 10 + digit;
}

static void clear(struct match *m) {
    for (unsigned i = 0; i < m->p->element_count; i++) {
        m->s->elements[i].start = m->s->elements[i].first = m->s->elements[i].newest = 0;
        m->s->elements[i].pending = 0;
    }
    for (unsigned i = 0; i < (m->p->ring_bits + 63) / 64; i++)
        m->s->ring[i] = 0;
    for (unsigned i = 0; i < m->p->value_count; i++)
        m->s->values[i] = 0;
}

bool pattern_matches(const struct pattern *p, const uint8_t *request, size_t size, struct pattern_progress *scratch) {
    struct match m = {p, scratch, request, size, 0, 0, true};
    if (size < p->length)
        return false;
    clear(&m);
    for (;; m.at++) {
        bool in = m.at == 0;
        m.alive = false;
        if (m.at)
            count_digit(&m, request[m.at - 1]);
        for (unsigned i = 0; i < p->element_count; i++)
            in = pass(&m, i, in);
        if (m.at == size)
            return in;
        if (!m.alive)
            return false;
    }
}
