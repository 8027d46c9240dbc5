// Messages of an mbox file, and lines of IMAP with their literals (framing.h).
//
// A message ends before a line that begins with "From " and follows an empty one (RFC 4155). A line of IMAP goes on
// behind a literal: {n}, {n+} or ~{n} at its end, then n bytes (RFC 9051, 7888, 3516).
#include "framing_steps.h"

enum { MBOX_LINE, MBOX_LINE_START, MBOX_LINE_CR }; // flags: in a line, at its start, behind a CR at its start

// other: bytes of "From " that matched at the start of a line behind an empty one (NONE: they cannot).
// match: the line before was empty.
enum framing_step framing_step_mbox(struct framing_state *s, uint8_t byte) {
    static const uint8_t from[MBOX_FROM] = {'F', 'r', 'o', 'm', ' '};
    if (s->at < MBOX_FROM)
        return byte == from[s->at] ? STEP_ON : STEP_BAD;
    if (byte == '\n') {
        s->match = s->flags != MBOX_LINE;
        s->flags = MBOX_LINE_START;
        s->other = 0;
        return STEP_ON;
    }
    bool start = s->flags == MBOX_LINE_START;
    s->flags = start && byte == '\r' ? MBOX_LINE_CR : MBOX_LINE;
    if (s->match && (start || s->other) && byte == from[s->other]) {
        s->other++;
        return s->other == MBOX_FROM ? STEP_DONE : STEP_ON;
    }
    s->other = 0;
    return STEP_ON;
}

enum { IMAP_TEXT, IMAP_OPEN, IMAP_DIGITS, IMAP_PLUS, IMAP_CLOSED, IMAP_CR };

// step: how much of a literal's head ends here; value: its number.
enum framing_step framing_step_imap(struct framing_state *s, uint8_t byte) {
    uint8_t before = s->step;
    if (byte == '\n') {
        if (before != IMAP_CLOSED && before != IMAP_CR)
            return STEP_DONE;
        if (s->value > FRAMING_REQUEST_MAX || s->at > FRAMING_REQUEST_MAX)
            return STEP_BAD;
        s->left = s->value;
        s->step = IMAP_TEXT;
        return STEP_ON;
    }
    s->step = IMAP_TEXT;
    if (byte == '{') {
        s->step = IMAP_OPEN;
        s->value = 0;
    } else if (framing_digit(byte) && (before == IMAP_OPEN || before == IMAP_DIGITS)) {
        s->step = IMAP_DIGITS;
        framing_add_digit(s, 10, byte - '0');
    } else if (byte == '+' && before == IMAP_DIGITS) {
        s->step = IMAP_PLUS;
    } else if (byte == '}' && (before == IMAP_DIGITS || before == IMAP_PLUS)) {
        s->step = IMAP_CLOSED;
    } else if (byte == '\r' && before == IMAP_CLOSED) {
        s->step = IMAP_CR;
    }
    return STEP_ON;
}
