// Cuts a stream into requests: the loop over the bytes, and the kinds that need only a few lines.
//
// Where, rules: framing.h.
#include "framing.h"

#include "framing_steps.h"

static enum framing_step step_delimiter(const struct framing *f, struct framing_state *s, uint8_t byte) {
    while (s->match && f->delimiter[s->match] != byte)
        s->match = f->fallback[s->match - 1];
    s->match += f->delimiter[s->match] == byte;
    return s->match == f->size ? STEP_DONE : STEP_ON;
}

static enum framing_step step_length(const struct framing *f, struct framing_state *s, uint8_t byte) {
    if (s->at < f->offset)
        return STEP_ON;
    unsigned place = (unsigned)(s->at - f->offset);
    s->value = f->big ? s->value << 8 | byte : s->value | (uint64_t)byte << 8 * place;
    if (place + 1 < f->size)
        return STEP_ON;
    uint64_t header = (uint64_t)f->offset + f->size;
    if (s->value > FRAMING_REQUEST_MAX)
        return STEP_BAD;
    int64_t total = (int64_t)s->value + f->extra;
    if (total < (int64_t)header || total > (int64_t)FRAMING_REQUEST_MAX)
        return STEP_BAD;
    s->left = (uint64_t)total - header;
    return s->left ? STEP_DONE_AFTER : STEP_DONE;
}

// step: bytes of the packet's header so far.
static enum framing_step step_mysql(struct framing_state *s, uint8_t byte) {
    if (s->step < 3) {
        s->value |= (uint64_t)byte << 8 * s->step++;
        return STEP_ON;
    }
    s->left = s->value;
    s->step = 0;
    s->value = 0;
    if (s->left == 0xffffff)
        return s->at < FRAMING_REQUEST_MAX ? STEP_ON : STEP_BAD;
    return s->left ? STEP_DONE_AFTER : STEP_DONE;
}

static enum framing_step step(const struct framing *f, struct framing_state *s, uint8_t byte) {
    switch (f->kind) {
    case FRAMING_LINE: return byte == '\n' ? STEP_DONE : STEP_ON;
    case FRAMING_DELIMITER: return step_delimiter(f, s, byte);
    case FRAMING_LENGTH: return step_length(f, s, byte);
    case FRAMING_MYSQL: return step_mysql(s, byte);
    case FRAMING_MBOX: return framing_step_mbox(s, byte);
    case FRAMING_IMAP: return framing_step_imap(s, byte);
    case FRAMING_HTTP: return framing_step_http(s, byte);
    case FRAMING_RESP: return framing_step_resp(s, byte);
    default: return STEP_BAD;
    }
}

static enum framing_answer complete(struct framing_state *s, uint64_t size, uint64_t *bytes) {
    *bytes = size;
    *s = (struct framing_state){0};
    return FRAMING_COMPLETE;
}

static enum framing_answer malformed(struct framing_state *s, uint64_t *bytes) {
    s->malformed = true;
    *bytes = s->at;
    return FRAMING_MALFORMED;
}

// A request that the end of the stream ends, as it does for a program that reads it.
static bool ends_with_stream(const struct framing *f, const struct framing_state *s) {
    switch (f->kind) {
    case FRAMING_LINE:
    case FRAMING_DELIMITER: return true;
    case FRAMING_MBOX: return s->at >= MBOX_FROM;
    case FRAMING_IMAP: return s->left == 0;
    default: return false;
    }
}

enum framing_answer framing_cut(const struct framing *f, struct framing_state *s, const uint8_t *data,
                                size_t size, bool ended, uint64_t *bytes) {
    if (s->malformed)
        return malformed(s, bytes);
    if (f->kind == FRAMING_RAW && size)
        return complete(s, size, bytes);
    while (s->at < size) {
        if (s->left) {
            uint64_t skipped = size - s->at < s->left ? size - s->at : s->left;
            s->at += skipped;
            s->left -= skipped;
            if (s->left == 0 && s->last)
                return complete(s, s->at, bytes);
            continue;
        }
        enum framing_step next = step(f, s, data[s->at]);
        if (next == STEP_BAD)
            return malformed(s, bytes);
        s->at++;
        s->last = next == STEP_DONE_AFTER;
        if (next == STEP_DONE)
            return complete(s, s->at - s->other, bytes);
    }
    if (ended && size)
        return ends_with_stream(f, s) ? complete(s, size, bytes) : malformed(s, bytes);
    *bytes = s->left ? s->left : 1;
    return FRAMING_MORE;
}
