// Parses an environment patch: strict, line by line, in two passes (modules, then the entries that name them).
//
// Where: at start and at live re-reads. Stands alone: no libc, no other part of the recorder.
// Rules: any bytes are a valid argument; nothing is read outside [text, text + size); no recursion.
#include "patch_parser.h"

bool patch_refuse(struct patch_parser *p, const char *why) {
    p->error->line = p->line_number;
    p->error->text = why;
    return false;
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

static bool take_module(struct patch_parser *p) {
    struct quoted_text *l = &p->line;
    if (p->to->module_count == PATCH_MODULES)
        return patch_refuse(p, "more than 256 module lines");
    struct patch_module *m = &p->to->modules[p->to->module_count];
    unsigned n = 0;
    for (; l->at < l->end && is_name(*l->at); l->at++) {
        if (n == PATCH_NAME - 1)
            return patch_refuse(p, "the module's name is longer than 255 characters");
        m->name[n++] = *l->at;
    }
    m->name[n] = 0;
    if (n == 0)
        return patch_refuse(p, "a module's name is letters, digits and . _ + -");
    if (!quoted_take_text(l, " "))
        return patch_refuse(p, "a module line is: module NAME BUILDID");
    size_t digits = (size_t)(l->end - l->at);
    if (digits < 8 || digits > 64 || digits % 2)
        return patch_refuse(p, "a build-id is 8 to 64 hex digits, an even number");
    for (size_t i = 0; i < digits; i += 2) {
        int high = hex_digit(l->at[i]), low = hex_digit(l->at[i + 1]);
        if (high < 0 || low < 0)
            return patch_refuse(p, "a build-id is lower-case hex");
        m->build_id[i / 2] = (uint8_t)(high << 4 | low);
    }
    m->build_id_size = (uint32_t)(digits / 2);
    m->line = p->line_number;
    for (uint32_t i = 0; i < p->to->module_count; i++) {
        const char *a = p->to->modules[i].name, *b = m->name;
        while (*a && *a == *b)
            a++, b++;
        if (*a == *b)
            return patch_refuse(p, "this module has a module line already");
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
static bool take_frame(struct patch_parser *p, struct patch_frame *frame) {
    struct quoted_text *l = &p->line;
    const char *name = l->at, *stop = name, *plus = NULL;
    for (; stop < l->end && is_name(*stop); stop++)
        if (*stop == '+')
            plus = stop;
    if (!plus || plus == name)
        return patch_refuse(p, "a frame is NAME+0xOFFSET");
    l->at = plus + 1;
    if (!quoted_take_text(l, "0x"))
        return patch_refuse(p, "a frame is NAME+0xOFFSET");
    const char *digits = l->at;
    frame->offset = 0;
    for (; l->at < l->end && hex_digit(*l->at) >= 0; l->at++) {
        if (l->at - digits == 16)
            return patch_refuse(p, "an offset has at most 16 hex digits");
        frame->offset = frame->offset << 4 | (uint64_t)hex_digit(*l->at);
    }
    if (l->at == digits || l->at != stop)
        return patch_refuse(p, "an offset is lower-case hex");
    if (!find_module(p->to, name, (size_t)(plus - name), &frame->module))
        return patch_refuse(p, "a frame names a module that has no module line");
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

// Entries of different actions match different calls: they may have the same key. So may drops, which each look for
// requests of their own, as long as they cut the input in the same way.
static bool check_key(struct patch_parser *p, const struct patch_entry *e) {
    for (uint32_t i = 0; i < p->to->entry_count; i++) {
        const struct patch_entry *other = &p->to->entries[i];
        if (other->action != e->action)
            continue;
        bool shorter = begins(other, e), longer = begins(e, other);
        if (e->action == PATCH_DROP) {
            if ((shorter || longer) &&
                !framing_equal(&p->to->drops[other->amount].framing, &p->to->drops[e->amount].framing))
                return patch_refuse(p, "an earlier drop for the same input has another framing");
            continue;
        }
        if (shorter && longer)
            return patch_refuse(p, "an earlier entry has the same call stack");
        if (shorter || longer)
            return patch_refuse(p, "this entry's call stack begins an earlier one's, or the other way round");
    }
    return true;
}

static bool take_action(struct patch_parser *p, struct patch_entry *e) {
    struct quoted_text *l = &p->line;
    uint64_t amount;
    if (quoted_take_text(l, "Drop Request ")) {
        e->action = PATCH_DROP;
        return patch_take_drop(p, e);
    }
    if (e->frame_count == 0)
        return patch_refuse(p, "only a drop can be anywhere");
    if (quoted_take_text(l, "Pad Allocation ")) {
        e->action = PATCH_PAD;
        if (!quoted_take_decimal(l, 10, &amount) || amount > PATCH_PAD_MAX)
            return patch_refuse(p, "a pad is a number from 0 to 1073741824");
    } else if (quoted_take_text(l, "Hold Schedule ")) {
        e->action = PATCH_HOLD;
        if (!quoted_take_decimal(l, 7, &amount) || amount == 0 || amount > PATCH_HOLD_MAX)
            return patch_refuse(p, "a hold is a number of places from 1 to 1000000");
    } else {
        return patch_refuse(p, "unknown action");
    }
    e->amount = (uint32_t)amount;
    return l->at == l->end || patch_refuse(p, "there is more on the line than the action and its number");
}

static bool take_entry(struct patch_parser *p) {
    struct quoted_text *l = &p->line;
    if (p->to->entry_count == PATCH_ENTRIES)
        return patch_refuse(p, "more than 256 entries");
    struct patch_entry *e = &p->to->entries[p->to->entry_count];
    e->frame_count = 0;
    if (!patch_check_drop(p))
        return false;
    if (!quoted_take_text(l, "anywhere>")) {
        do {
            if (e->frame_count == PATCH_FRAMES)
                return patch_refuse(p, "an entry has more than 16 frames");
            if (!take_frame(p, &e->frames[e->frame_count]))
                return false;
            e->frame_count++;
        } while (quoted_take_text(l, " "));
        if (!quoted_take_text(l, ">"))
            return patch_refuse(p, "an entry is: <FRAME ...> : ACTION");
    }
    if (!quoted_take_text(l, " : "))
        return patch_refuse(p, "an entry is: <FRAME ...> : ACTION");
    if (!take_action(p, e))
        return false;
    e->line = p->line_number;
    if (!check_key(p, e))
        return false;
    p->to->entry_count++;
    return true;
}

// The next line that is neither empty nor a comment. False at the end or at an error (error->text is set).
static bool next_line(struct patch_parser *p, const char **at, const char *end) {
    while (*at < end) {
        const char *start = *at, *stop = start;
        bool nul = false;
        for (; stop < end && *stop != '\n'; stop++)
            nul |= !*stop;
        *at = stop < end ? stop + 1 : end;
        if (stop < end && stop > start && stop[-1] == '\r')
            stop--;
        p->line = (struct quoted_text){start, stop};
        p->line_number++;
        if (stop - start > PATCH_LINE && (stop - start > PATCH_LONG_LINE || !patch_is_drop_line(p->line)))
            return patch_refuse(p, "the line is longer than 2048 bytes, or 4104 for a pattern or an answer");
        if (nul)
            return patch_refuse(p, "a NUL byte is in the line");
        if (stop > start && *start != '#')
            return true;
    }
    return false;
}

static const char *after_mark(const char *text, const char *end) {
    struct quoted_text l = {text, end};
    quoted_take_text(&l, "\xef\xbb\xbf");
    return l.at;
}

static bool check_header(struct patch_parser *p) {
    if (!quoted_take_text(&p->line, "selfheal-patch "))
        return patch_refuse(p, "the first line must be: selfheal-patch 1");
    if (!quoted_take_text(&p->line, "1") || p->line.at != p->line.end)
        return patch_refuse(p, "this version of the patch format is not known, only 1 is");
    return true;
}

// One pass: of modules, or of entries. Unknown lines are refused in the first.
static bool pass(struct patch_parser *p, const char *text, const char *end, bool entries) {
    const char *at = after_mark(text, end);
    p->line_number = 0;
    if (!next_line(p, &at, end)) {
        if (!p->error->text)
            patch_refuse(p, "the file is empty: its first line must be: selfheal-patch 1");
        return false;
    }
    if (!check_header(p))
        return false;
    while (next_line(p, &at, end)) {
        bool is_drop = patch_is_drop_line(p->line), is_entry = *p->line.at == '<' || is_drop, ok = true;
        if (is_drop && entries) {
            ok = patch_take_drop_line(p);
        } else if (is_entry && entries) {
            p->line.at++;
            ok = take_entry(p);
        } else if (!is_entry && !entries) {
            ok = quoted_take_text(&p->line, "module ") ? take_module(p) : patch_refuse(p, "unknown directive");
        }
        if (!ok)
            return false;
    }
    return !p->error->text && patch_check_drop(p);
}

bool patch_parse(const char *text, size_t size, uint32_t today, struct patch_text *to, struct patch_error *error) {
    struct patch_parser p = {.to = to, .error = error, .today = today};
    *error = (struct patch_error){0, NULL};
    to->module_count = to->entry_count = to->drop_count = to->pattern_count = 0;
    return pass(&p, text, text + size, false) && pass(&p, text, text + size, true);
}
