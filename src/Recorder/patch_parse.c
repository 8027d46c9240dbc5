// Parses an environment patch: strict, line by line, in two passes (modules, then the entries that name them).
//
// Where: at start and at live re-reads. Stands alone: no libc, no other part of the recorder.
// Rules: any bytes are a valid argument; nothing is read outside [text, text + size); no recursion.
#include "patch_parse.h"

struct line {
    const char *at, *end;
    uint32_t number;
};

struct parser {
    struct patch_text *to;
    struct patch_error *error;
    struct line line; // what is left of it
};

static bool refuse(struct parser *p, const char *why) {
    p->error->line = p->line.number;
    p->error->text = why;
    return false;
}

static bool take_text(struct line *l, const char *text) {
    const char *at = l->at;
    for (; *text; text++, at++)
        if (at == l->end || *at != *text)
            return false;
    l->at = at;
    return true;
}

static bool is_name(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '+' || c == '-';
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Decimal, at most `digits` digits. Returns false if there is none or there are more.
static bool take_decimal(struct line *l, unsigned digits, uint64_t *value) {
    const char *start = l->at;
    *value = 0;
    for (; l->at < l->end && *l->at >= '0' && *l->at <= '9'; l->at++) {
        if ((size_t)(l->at - start) == digits)
            return false;
        *value = *value * 10 + (uint64_t)(*l->at - '0');
    }
    return l->at > start;
}

static bool take_module(struct parser *p) {
    struct line *l = &p->line;
    if (p->to->module_count == PATCH_MODULES)
        return refuse(p, "more than 256 module lines");
    struct patch_module *m = &p->to->modules[p->to->module_count];
    unsigned n = 0;
    for (; l->at < l->end && is_name(*l->at); l->at++) {
        if (n == PATCH_NAME - 1)
            return refuse(p, "the module's name is longer than 255 characters");
        m->name[n++] = *l->at;
    }
    m->name[n] = 0;
    if (n == 0)
        return refuse(p, "a module's name is letters, digits and . _ + -");
    if (!take_text(l, " "))
        return refuse(p, "a module line is: module NAME BUILDID");
    size_t digits = (size_t)(l->end - l->at);
    if (digits < 8 || digits > 64 || digits % 2)
        return refuse(p, "a build-id is 8 to 64 hex digits, an even number");
    for (size_t i = 0; i < digits; i += 2) {
        int high = hex_digit(l->at[i]), low = hex_digit(l->at[i + 1]);
        if (high < 0 || low < 0)
            return refuse(p, "a build-id is lower-case hex");
        m->build_id[i / 2] = (uint8_t)(high << 4 | low);
    }
    m->build_id_size = (uint32_t)(digits / 2);
    m->line = l->number;
    for (uint32_t i = 0; i < p->to->module_count; i++) {
        const char *a = p->to->modules[i].name, *b = m->name;
        while (*a && *a == *b)
            a++, b++;
        if (*a == *b)
            return refuse(p, "this module has a module line already");
    }
    p->to->module_count++;
    return true;
}

static bool find_module(const struct patch_text *to, const char *name, size_t size, uint32_t *found) {
    for (uint32_t i = 0; i < to->module_count; i++) {
        size_t n = 0;
        while (n < size && to->modules[i].name[n] == name[n])
            n++;
        if (n == size && !to->modules[i].name[n]) {
            *found = i;
            return true;
        }
    }
    return false;
}

// NAME+0xOFFSET. A NAME may itself contain '+': the last one before 0x counts.
static bool take_frame(struct parser *p, struct patch_frame *frame) {
    struct line *l = &p->line;
    const char *name = l->at, *stop = name, *plus = NULL;
    for (; stop < l->end && is_name(*stop); stop++)
        if (*stop == '+')
            plus = stop;
    if (!plus || plus == name)
        return refuse(p, "a frame is NAME+0xOFFSET");
    l->at = plus + 1;
    if (!take_text(l, "0x"))
        return refuse(p, "a frame is NAME+0xOFFSET");
    const char *digits = l->at;
    frame->offset = 0;
    for (; l->at < l->end && hex_digit(*l->at) >= 0; l->at++) {
        if (l->at - digits == 16)
            return refuse(p, "an offset has at most 16 hex digits");
        frame->offset = frame->offset << 4 | (uint64_t)hex_digit(*l->at);
    }
    if (l->at == digits || l->at != stop)
        return refuse(p, "an offset is lower-case hex");
    if (!find_module(p->to, name, (size_t)(plus - name), &frame->module))
        return refuse(p, "a frame names a module that has no module line");
    return true;
}

// 1: `a` is a whole beginning of `b`, or the same.
static bool begins(const struct patch_entry *a, const struct patch_entry *b) {
    if (a->frame_count > b->frame_count)
        return false;
    for (uint32_t i = 0; i < a->frame_count; i++)
        if (a->frames[i].module != b->frames[i].module || a->frames[i].offset != b->frames[i].offset)
            return false;
    return true;
}

// Entries of different actions match different calls: they may have the same key.
static bool check_key(struct parser *p, const struct patch_entry *e) {
    for (uint32_t i = 0; i < p->to->entry_count; i++) {
        const struct patch_entry *other = &p->to->entries[i];
        if (other->action != e->action)
            continue;
        bool shorter = begins(other, e), longer = begins(e, other);
        if (shorter && longer)
            return refuse(p, "an earlier entry has the same call stack");
        if (shorter || longer)
            return refuse(p, "this entry's call stack begins an earlier one's, or the other way round");
    }
    return true;
}

static bool take_action(struct parser *p, struct patch_entry *e) {
    struct line *l = &p->line;
    uint64_t amount;
    if (take_text(l, "Pad Allocation ")) {
        e->action = PATCH_PAD;
        if (!take_decimal(l, 10, &amount) || amount > PATCH_PAD_MAX)
            return refuse(p, "a pad is a number from 0 to 1073741824");
    } else if (take_text(l, "Hold Schedule ")) {
        e->action = PATCH_HOLD;
        if (!take_decimal(l, 7, &amount) || amount == 0 || amount > PATCH_HOLD_MAX)
            return refuse(p, "a hold is a number of places from 1 to 1000000");
    } else {
        return refuse(p, "unknown action");
    }
    e->amount = (uint32_t)amount;
    return l->at == l->end || refuse(p, "there is more on the line than the action and its number");
}

static bool take_entry(struct parser *p) {
    struct line *l = &p->line;
    if (p->to->entry_count == PATCH_ENTRIES)
        return refuse(p, "more than 256 entries");
    struct patch_entry *e = &p->to->entries[p->to->entry_count];
    e->frame_count = 0;
    do {
        if (e->frame_count == PATCH_FRAMES)
            return refuse(p, "an entry has more than 16 frames");
        if (!take_frame(p, &e->frames[e->frame_count]))
            return false;
        e->frame_count++;
    } while (take_text(l, " "));
    if (!take_text(l, "> : "))
        return refuse(p, "an entry is: <FRAME ...> : ACTION");
    if (!take_action(p, e))
        return false;
    e->line = l->number;
    if (!check_key(p, e))
        return false;
    p->to->entry_count++;
    return true;
}

// The next line that is neither empty nor a comment. False at the end or at an error (error->text is set).
static bool next_line(struct parser *p, const char **at, const char *end) {
    while (*at < end) {
        const char *start = *at, *stop = start;
        bool nul = false;
        for (; stop < end && *stop != '\n'; stop++)
            nul |= !*stop;
        *at = stop < end ? stop + 1 : end;
        if (stop < end && stop > start && stop[-1] == '\r')
            stop--;
        p->line = (struct line){start, stop, p->line.number + 1};
        if (stop - start > PATCH_LINE)
            return refuse(p, "the line is longer than 2048 bytes");
        if (nul)
            return refuse(p, "a NUL byte is in the line");
        if (stop > start && *start != '#')
            return true;
    }
    return false;
}

static const char *after_mark(const char *text, const char *end) {
    struct line l = {text, end, 0};
    take_text(&l, "\xef\xbb\xbf");
    return l.at;
}

static bool check_header(struct parser *p) {
    if (!take_text(&p->line, "selfheal-patch "))
        return refuse(p, "the first line must be: selfheal-patch 1");
    if (!take_text(&p->line, "1") || p->line.at != p->line.end)
        return refuse(p, "this version of the patch format is not known, only 1 is");
    return true;
}

// One pass: of modules, or of entries. Unknown lines are refused in the first.
static bool pass(struct parser *p, const char *text, const char *end, bool entries) {
    const char *at = after_mark(text, end);
    p->line.number = 0;
    if (!next_line(p, &at, end)) {
        if (!p->error->text)
            refuse(p, "the file is empty: its first line must be: selfheal-patch 1");
        return false;
    }
    if (!check_header(p))
        return false;
    while (next_line(p, &at, end)) {
        bool is_entry = *p->line.at == '<', ok = true;
        if (is_entry && entries) {
            p->line.at++;
            ok = take_entry(p);
        } else if (!is_entry && !entries) {
            ok = take_text(&p->line, "module ") ? take_module(p) : refuse(p, "unknown directive");
        }
        if (!ok)
            return false;
    }
    return !p->error->text;
}

bool patch_parse(const char *text, size_t size, struct patch_text *to, struct patch_error *error) {
    struct parser p = {.to = to, .error = error};
    *error = (struct patch_error){0, NULL};
    to->module_count = to->entry_count = 0;
    return pass(&p, text, text + size, false) && pass(&p, text, text + size, true);
}
