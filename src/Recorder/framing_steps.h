// Private to the framing: what one more byte means, kind by kind.
#ifndef SELFHEAL_FRAMING_STEPS_H
#define SELFHEAL_FRAMING_STEPS_H

#include "framing.h"

enum framing_step {
    STEP_ON,      // go on (first over s->left bytes, if there are any)
    STEP_DONE,    // the request ends behind this byte, less s->other bytes
    STEP_DONE_AFTER, // it ends s->left bytes behind this one
    STEP_BAD
};

enum framing_step framing_step_mbox(struct framing_state *s, uint8_t byte);
enum framing_step framing_step_imap(struct framing_state *s, uint8_t byte);
enum framing_step framing_step_http(struct framing_state *s, uint8_t byte);
enum framing_step framing_step_resp(struct framing_state *s, uint8_t byte);
#define MBOX_FROM 5 // bytes of "From ": a message has at least these

static inline bool framing_digit(uint8_t byte) {
    return byte >= '0' && byte <= '9';
}

// Appends a digit to s->value; beyond the longest request it stays one too long.
static inline void framing_add_digit(struct framing_state *s, unsigned base, unsigned digit) {
    s->value = s->value > FRAMING_REQUEST_MAX ? s->value : s->value * base + digit;
}

#endif
