// Parses the drops of a patch: the framing in the entry's line, then its patterns, its answer and its last day.
//
// Where, rules: patch_parse.c.
#include "patch_parser.h"

bool patch_take_drop(struct patch_parser *p, struct patch_entry *e) {
    const char *why;
    if (p->to->drop_count == PATCH_DROPS)
        return patch_refuse(p, "more than 64 drops");
    e->amount = p->to->drop_count;
    p->drop = &p->to->drops[p->to->drop_count++];
    p->drop->first_pattern = p->to->pattern_count;
    p->drop->pattern_count = p->drop->last_day = 0;
    p->drop->expired = false;
    p->drop->answer.part_count = p->drop->answer.byte_count = 0;
    struct quoted_text *l = &p->line;
    if (!framing_parse(l->at, (size_t)(l->end - l->at), &p->drop->framing, &why))
        return patch_refuse(p, why);
    l->at = l->end;
    return true;
}

bool patch_is_drop_line(struct quoted_text line) {
    return quoted_take_text(&line, "pattern ") || quoted_take_text(&line, "answer ") ||
           quoted_take_text(&line, "expires ");
}

static bool is_leap(uint32_t year) {
    return (year % 4 == 0 && year % 100) || year % 400 == 0;
}

// YYYY-MM-DD from 1970-01-02 on, as days since 1970-01-01.
static bool take_day(struct quoted_text *l, uint32_t *day) {
    static const uint8_t months[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const char *start = l->at;
    uint64_t year, month, date;
    if (!quoted_take_decimal(l, 4, &year) || !quoted_take_text(l, "-") || !quoted_take_decimal(l, 2, &month) ||
        !quoted_take_text(l, "-") || !quoted_take_decimal(l, 2, &date) || l->at - start != 10 || year < 1970 ||
        month < 1 || month > 12 || date < 1)
        return false;
    uint32_t days = 0;
    for (uint32_t y = 1970; y < year; y++)
        days += is_leap(y) ? 366 : 365;
    for (uint32_t m = 1; m <= month; m++) {
        uint32_t length = months[m - 1] + (m == 2 && is_leap((uint32_t)year));
        if (m == month && date > length)
            return false;
        days += m == month ? (uint32_t)date - 1 : length;
    }
    *day = days;
    return days > 0;
}

static bool take_pattern(struct patch_parser *p) {
    const char *why;
    if (p->to->pattern_count == PATCH_PATTERNS)
        return patch_refuse(p, "more than 64 patterns");
    if (!pattern_parse(p->line.at, (size_t)(p->line.end - p->line.at), &p->to->patterns[p->to->pattern_count], &why))
        return patch_refuse(p, why);
    p->to->pattern_count++;
    p->drop->pattern_count++;
    return true;
}

bool patch_take_drop_line(struct patch_parser *p) {
    const char *why;
    struct quoted_text *l = &p->line;
    if (!p->drop)
        return patch_refuse(p, "pattern, answer and expires belong below a drop");
    if (quoted_take_text(l, "pattern "))
        return take_pattern(p);
    if (quoted_take_text(l, "answer ")) {
        if (p->drop->answer.part_count)
            return patch_refuse(p, "this drop has an answer already");
        return patch_answer_parse(l->at, (size_t)(l->end - l->at), &p->drop->answer, &why) || patch_refuse(p, why);
    }
    if (p->drop->last_day)
        return patch_refuse(p, "this drop has a last day already");
    quoted_take_text(l, "expires ");
    if (!take_day(l, &p->drop->last_day) || l->at != l->end)
        return patch_refuse(p, "a last day is YYYY-MM-DD, after 1970-01-01");
    p->drop->expired = p->today > p->drop->last_day;
    return true;
}

bool patch_check_drop(struct patch_parser *p) {
    bool whole = !p->drop || p->drop->pattern_count;
    p->drop = NULL;
    return whole || patch_refuse(p, "the drop above has no pattern line");
}
