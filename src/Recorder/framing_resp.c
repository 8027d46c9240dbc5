// Values of redis's protocol (RESP 2 and 3) and inline commands (framing.h).
//
// Nothing is nested here: `total` counts the values that are still to come, and an array of n adds n to it.
// Streamed values ($?, *?), which no server sends, are malformed.
#include "framing_steps.h"

enum { RESP_TYPE, RESP_LINE, RESP_INLINE, RESP_FIRST, RESP_NULL, RESP_NULL_CR, RESP_NUMBER, RESP_LF, RESP_END_CR, RESP_END_LF };
enum { RESP_BULK, RESP_ARRAY, RESP_MAP, RESP_ATTRIBUTE, RESP_NOTHING }; // flags: what the number means

static enum framing_step value_done(struct framing_state *s) {
    s->step = RESP_TYPE;
    return --s->total ? STEP_ON : STEP_DONE;
}

static enum framing_step begin(struct framing_state *s, uint8_t byte) {
    if (s->at == 0)
        s->total = 1;
    s->value = 0;
    s->step = RESP_FIRST;
    switch (byte) {
    case '$': case '!': case '=': s->flags = RESP_BULK; break;
    case '*': case '~': case '>': s->flags = RESP_ARRAY; break;
    case '%': s->flags = RESP_MAP; break;
    case '|': s->flags = RESP_ATTRIBUTE; break;
    case '+': case '-': case ':': case ',': case '(': case '#': case '_': s->step = RESP_LINE; break;
    case '\n': return s->at == 0 ? STEP_DONE : STEP_BAD; // an empty inline command
    default:
        if (s->at)
            return STEP_BAD;
        s->step = RESP_INLINE;
    }
    return STEP_ON;
}

// The number's line is over.
static enum framing_step counted(struct framing_state *s) {
    if (s->value > FRAMING_REQUEST_MAX || s->total > FRAMING_REQUEST_MAX || s->at > FRAMING_REQUEST_MAX)
        return STEP_BAD;
    switch (s->flags) {
    case RESP_BULK:
        s->left = s->value;
        s->step = RESP_END_CR;
        return STEP_ON;
    case RESP_ARRAY: s->total += s->value; break;
    case RESP_MAP: s->total += 2 * s->value; break;
    case RESP_ATTRIBUTE: s->total += 2 * s->value + 1; break; // what it describes follows
    }
    return value_done(s);
}

static enum framing_step expect(struct framing_state *s, uint8_t byte, uint8_t expected, uint8_t step) {
    s->step = step;
    return byte == expected ? STEP_ON : STEP_BAD;
}

enum framing_step framing_step_resp(struct framing_state *s, uint8_t byte) {
    switch (s->step) {
    case RESP_TYPE: return begin(s, byte);
    case RESP_LINE: return byte == '\n' ? value_done(s) : STEP_ON;
    case RESP_INLINE: return byte == '\n' ? STEP_DONE : STEP_ON;
    case RESP_FIRST:
        if (byte == '-' && s->flags <= RESP_ARRAY)
            return expect(s, byte, '-', RESP_NULL);
        // fall through
    case RESP_NUMBER:
        if (byte == '\r' && s->step == RESP_NUMBER)
            return expect(s, byte, '\r', RESP_LF);
        s->step = RESP_NUMBER;
        if (!framing_digit(byte))
            return STEP_BAD;
        framing_add_digit(s, 10, byte - '0');
        return STEP_ON;
    case RESP_NULL: s->flags = RESP_NOTHING; return expect(s, byte, '1', RESP_NULL_CR);
    case RESP_NULL_CR: return expect(s, byte, '\r', RESP_LF);
    case RESP_LF: return byte == '\n' ? counted(s) : STEP_BAD;
    case RESP_END_CR: return expect(s, byte, '\r', RESP_END_LF);
    default: return byte == '\n' ? value_done(s) : STEP_BAD;
    }
}
