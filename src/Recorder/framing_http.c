// Requests of HTTP/1.x with their bodies (framing.h; RFC 9112).
//
// Lenient where servers are: a bare LF ends a line, empty lines may stand before the request, and what is no header is
// passed over. Strict about how long the body is: two lengths that differ, a length that is no number, or a
// Transfer-Encoding that does not end in chunked are malformed.
#include "framing_steps.h"

enum {
    HTTP_START, HTTP_METHOD, HTTP_REST, HTTP_LINE, HTTP_LINE_CR, HTTP_NAME, HTTP_LENGTH_BEFORE, HTTP_LENGTH,
    HTTP_LENGTH_AFTER, HTTP_CODING, HTTP_CHUNK, HTTP_CHUNK_SIZE, HTTP_CHUNK_REST, HTTP_CHUNK_CR, HTTP_DATA_END,
    HTTP_DATA_LF, HTTP_TRAILER, HTTP_TRAILER_CR, HTTP_TRAILER_REST
};
enum { HAS_LENGTH = 1, HAS_CODING = 2, IS_CHUNKED = 4 }; // flags
#define NO 255                                           // match, other: it is not this word
#define WORD 7                                           // bytes of "chunked"

static const char content_length[] = "content-length", transfer_encoding[] = "transfer-encoding", chunked[] = "chunked";

static bool is_token(uint8_t byte) {
    if (framing_digit(byte) || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z'))
        return true;
    for (const char *c = "!#$%&'*+-.^_`|~"; *c; c++)
        if (byte == (uint8_t)*c)
            return true;
    return false;
}

// How much of `word` matches, after one more byte.
static uint8_t matched(const char *word, uint8_t before, uint8_t byte) {
    uint8_t lower = byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte + 32) : byte;
    return before != NO && lower && (uint8_t)word[before] == lower ? (uint8_t)(before + 1) : NO;
}

static bool is_blank(uint8_t byte) {
    return byte == ' ' || byte == '\t' || byte == '\r';
}

static enum framing_step go(struct framing_state *s, uint8_t step) {
    s->step = step;
    return STEP_ON;
}

static enum framing_step head_done(struct framing_state *s) {
    s->value = 0;
    s->other = 0;
    if (s->flags & HAS_CODING)
        return s->flags & IS_CHUNKED ? go(s, HTTP_CHUNK) : STEP_BAD;
    s->left = s->total;
    return s->left ? STEP_DONE_AFTER : STEP_DONE;
}

static enum framing_step name_byte(struct framing_state *s, uint8_t byte) {
    if (byte == '\n')
        return go(s, HTTP_LINE);
    if (byte != ':') {
        s->match = matched(content_length, s->match, byte);
        s->other = matched(transfer_encoding, s->other, byte);
        return STEP_ON;
    }
    bool length = s->match == sizeof content_length - 1, coding = s->other == sizeof transfer_encoding - 1;
    s->value = 0;
    s->match = 0;
    return go(s, length ? HTTP_LENGTH_BEFORE : coding ? HTTP_CODING : HTTP_REST);
}

static enum framing_step length_byte(struct framing_state *s, uint8_t byte) {
    if (framing_digit(byte) && s->step != HTTP_LENGTH_AFTER) {
        framing_add_digit(s, 10, byte - '0');
        return s->value > FRAMING_REQUEST_MAX ? STEP_BAD : go(s, HTTP_LENGTH);
    }
    if (is_blank(byte))
        return go(s, s->step == HTTP_LENGTH_BEFORE ? HTTP_LENGTH_BEFORE : HTTP_LENGTH_AFTER);
    if (byte != '\n' || s->step == HTTP_LENGTH_BEFORE || (s->flags & HAS_LENGTH && s->total != s->value))
        return STEP_BAD;
    s->total = s->value;
    s->flags |= HAS_LENGTH;
    return go(s, HTTP_LINE);
}

// match: of the last coding in the list, "chunked" so far; WORD + 1: blanks behind it.
static enum framing_step coding_byte(struct framing_state *s, uint8_t byte) {
    if (byte == '\n') {
        bool is = s->match == WORD || s->match == WORD + 1;
        s->flags = (uint8_t)((s->flags & ~IS_CHUNKED) | HAS_CODING | (is ? IS_CHUNKED : 0));
        return go(s, HTTP_LINE);
    }
    if (byte == ',')
        s->match = 0;
    else if (is_blank(byte))
        s->match = s->match == 0 ? 0 : s->match == WORD || s->match == WORD + 1 ? WORD + 1 : NO;
    else
        s->match = s->match < WORD ? matched(chunked, s->match, byte) : NO;
    return STEP_ON;
}

static int hex_digit(uint8_t byte) {
    if (framing_digit(byte))
        return byte - '0';
    uint8_t lower = byte | 32;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static enum framing_step chunk_byte(struct framing_state *s, uint8_t byte) {
    int digit = hex_digit(byte);
    if (digit >= 0 && s->step <= HTTP_CHUNK_SIZE) {
        framing_add_digit(s, 16, (unsigned)digit);
        return s->value > FRAMING_REQUEST_MAX || s->at > FRAMING_REQUEST_MAX ? STEP_BAD : go(s, HTTP_CHUNK_SIZE);
    }
    if (s->step == HTTP_CHUNK || (s->step == HTTP_CHUNK_CR && byte != '\n'))
        return STEP_BAD;
    if (byte == '\n') {
        s->left = s->value;
        s->value = 0;
        return go(s, s->left ? HTTP_DATA_END : HTTP_TRAILER);
    }
    if (s->step == HTTP_CHUNK_REST || byte == ';' || byte == ' ' || byte == '\t')
        return go(s, HTTP_CHUNK_REST);
    return byte == '\r' ? go(s, HTTP_CHUNK_CR) : STEP_BAD;
}

static enum framing_step line_start(struct framing_state *s, uint8_t byte) {
    if (byte == '\n')
        return head_done(s);
    if (byte == '\r' && s->step == HTTP_LINE)
        return go(s, HTTP_LINE_CR);
    if (s->step == HTTP_LINE_CR || byte == ' ' || byte == '\t') // a folded line, or none at all
        return go(s, HTTP_REST);
    s->match = s->other = 0;
    s->step = HTTP_NAME;
    return name_byte(s, byte);
}

enum framing_step framing_step_http(struct framing_state *s, uint8_t byte) {
    switch (s->step) {
    case HTTP_START:
        if (byte == '\r' || byte == '\n')
            return STEP_ON;
        return is_token(byte) ? go(s, HTTP_METHOD) : STEP_BAD;
    case HTTP_METHOD:
        if (is_token(byte))
            return STEP_ON;
        return byte == ' ' ? go(s, HTTP_REST) : STEP_BAD;
    case HTTP_REST: return byte == '\n' ? go(s, HTTP_LINE) : STEP_ON;
    case HTTP_LINE:
    case HTTP_LINE_CR: return line_start(s, byte);
    case HTTP_NAME: return name_byte(s, byte);
    case HTTP_LENGTH_BEFORE:
    case HTTP_LENGTH:
    case HTTP_LENGTH_AFTER: return length_byte(s, byte);
    case HTTP_CODING: return coding_byte(s, byte);
    case HTTP_CHUNK:
    case HTTP_CHUNK_SIZE:
    case HTTP_CHUNK_REST:
    case HTTP_CHUNK_CR: return chunk_byte(s, byte);
    case HTTP_DATA_END:
        if (byte == '\r')
            return go(s, HTTP_DATA_LF);
        // fall through
    case HTTP_DATA_LF: return byte == '\n' ? go(s, HTTP_CHUNK) : STEP_BAD;
    case HTTP_TRAILER:
    case HTTP_TRAILER_CR:
        if (byte == '\n')
            return STEP_DONE;
        return go(s, byte == '\r' && s->step == HTTP_TRAILER ? HTTP_TRAILER_CR : HTTP_TRAILER_REST);
    default: return byte == '\n' ? go(s, HTTP_TRAILER) : STEP_ON;
    }
}
