// Reads the description of a framing (framing.h; docs/patch-format.md).
#include "framing.h"

#include "quoted.h"

static bool refuse(const char **why, const char *text) {
    *why = text;
    return false;
}

static void prepare_delimiter(struct framing *f) {
    unsigned match = 0;
    f->fallback[0] = 0;
    for (unsigned i = 1; i < f->size; i++) {
        while (match && f->delimiter[match] != f->delimiter[i])
            match = f->fallback[match - 1];
        match += f->delimiter[match] == f->delimiter[i];
        f->fallback[i] = (uint8_t)match;
    }
}

static bool take_length(struct quoted_text *t, struct framing *f) {
    uint64_t offset, size, extra;
    if (!quoted_take_decimal(t, 5, &offset) || offset > FRAMING_OFFSET_MAX || !quoted_take_text(t, " ") ||
        !quoted_take_decimal(t, 1, &size) || size < 1 || size > 8)
        return false;
    f->big = quoted_take_text(t, " big ");
    if (!f->big && !quoted_take_text(t, " little "))
        return false;
    bool negative = quoted_take_text(t, "-");
    if (!quoted_take_decimal(t, 5, &extra) || extra > FRAMING_EXTRA_MAX)
        return false;
    f->offset = (uint32_t)offset;
    f->size = (uint32_t)size;
    f->extra = negative ? -(int32_t)extra : (int32_t)extra;
    return true;
}

bool framing_parse(const char *text, size_t size, struct framing *to, const char **why) {
    static const struct {
        const char *name;
        uint32_t kind;
    } names[] = {{"raw", FRAMING_RAW},   {"line", FRAMING_LINE}, {"mysql", FRAMING_MYSQL}, {"mbox", FRAMING_MBOX},
                 {"imap", FRAMING_IMAP}, {"http", FRAMING_HTTP}, {"resp", FRAMING_RESP}};
    struct quoted_text t = {text, text + size};
    *to = (struct framing){0};
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        if (quoted_take_text(&t, names[i].name) && t.at == t.end) {
            to->kind = names[i].kind;
            return true;
        }
        t.at = text;
    }
    if (quoted_take_text(&t, "delimiter ")) {
        size_t length;
        if (!quoted_take_string(&t, to->delimiter, FRAMING_DELIMITER_MAX, &length) || t.at != t.end)
            return refuse(why, "a delimiter is 1 to 32 bytes: delimiter \"\\r\\n\"");
        to->kind = FRAMING_DELIMITER;
        to->size = (uint32_t)length;
        prepare_delimiter(to);
        return true;
    }
    if (quoted_take_text(&t, "length ")) {
        to->kind = FRAMING_LENGTH;
        return (take_length(&t, to) && t.at == t.end) ||
               refuse(why, "a length framing is: length OFFSET SIZE little|big EXTRA, with OFFSET up to 65535, SIZE "
                           "1 to 8 and EXTRA -65536 to 65536");
    }
    return refuse(why, "a framing is raw, line, delimiter \"...\", length ..., mysql, mbox, imap, http or resp");
}

bool framing_equal(const struct framing *a, const struct framing *b) {
    if (a->kind != b->kind || a->offset != b->offset || a->size != b->size || a->extra != b->extra || a->big != b->big)
        return false;
    for (unsigned i = 0; a->kind == FRAMING_DELIMITER && i < a->size; i++)
        if (a->delimiter[i] != b->delimiter[i])
            return false;
    return true;
}
