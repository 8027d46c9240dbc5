// Bytes as text between quotes, as the patch file has them: "GET /\x00\r\n".
//
// Where: the parsers of a patch's parts; stands alone.
#ifndef SELFHEAL_QUOTED_H
#define SELFHEAL_QUOTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct quoted_text {
    const char *at, *end; // what is left to read
};

bool quoted_take_text(struct quoted_text *t, const char *text);
// Decimal of at most `digits` digits; false if there is none, or more.
bool quoted_take_decimal(struct quoted_text *t, unsigned digits, uint64_t *value);
// One byte: printable ASCII as it is, or an escape: \n \r \t \0 \xHH (lower-case hex), or a backslash and one of
// `special`, each of which must be escaped. False: none of these; what was read is undefined.
bool quoted_take_byte(struct quoted_text *t, const char *special, uint8_t *byte);
// "..." with at least one and at most `room` bytes. False: malformed, or longer.
bool quoted_take_string(struct quoted_text *t, uint8_t *to, size_t room, size_t *size);

#endif
