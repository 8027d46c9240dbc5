// Bytes as text between quotes (quoted.h).
#include "quoted.h"

bool quoted_take_text(struct quoted_text *t, const char *text) {
    const char *at = t->at;
    for (; *text; text++, at++)
        if (at == t->end || *at != *text)
            return false;
    t->at = at;
    return true;
}

bool quoted_take_decimal(struct quoted_text *t, unsigned digits, uint64_t *value) {
    const char *start = t->at;
    *value = 0;
    for (; t->at < t->end && *t->at >= '0' && *t->at <= '9'; t->at++) {
        if ((size_t)(t->at - start) == digits)
            return false;
        *value = *value * 10 + (uint64_t)(*t->at - '0');
    }
    return t->at > start;
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_special(const char *special, char c) {
    for (; *special; special++)
        if (*special == c)
            return true;
    return false;
}

static bool take_escape(struct quoted_text *t, const char *special, uint8_t *byte) {
    if (t->at == t->end)
        return false;
    char c = *t->at++;
    switch (c) {
    case 'n': *byte = '\n'; return true;
    case 'r': *byte = '\r'; return true;
    case 't': *byte = '\t'; return true;
    case '0': *byte = 0; return true;
    case 'x': break;
    default: *byte = (uint8_t)c; return is_special(special, c);
    }
    if (t->end - t->at < 2)
        return false;
    int high = hex_digit(t->at[0]), low = hex_digit(t->at[1]);
    t->at += 2;
    if (high < 0 || low < 0)
        return false;
    *byte = (uint8_t)(high << 4 | low);
    return true;
}

bool quoted_take_byte(struct quoted_text *t, const char *special, uint8_t *byte) {
    if (t->at == t->end)
        return false;
    char c = *t->at++;
    if (c == '\\')
        return take_escape(t, special, byte);
    *byte = (uint8_t)c;
    return c >= ' ' && c <= '~' && !is_special(special, c);
}

bool quoted_take_string(struct quoted_text *t, uint8_t *to, size_t room, size_t *size) {
    *size = 0;
    if (!quoted_take_text(t, "\""))
        return false;
    while (!quoted_take_text(t, "\"")) {
        if (*size == room || !quoted_take_byte(t, "\"\\", &to[*size]))
            return false;
        ++*size;
    }
    return *size > 0;
}
