// Private to the patch's parser: what its files share.
#ifndef SELFHEAL_PATCH_PARSER_H
#define SELFHEAL_PATCH_PARSER_H

#include "patch_parse.h"
#include "quoted.h"

struct patch_parser {
    struct patch_text *to;
    struct patch_error *error;
    struct quoted_text line; // what is left of it
    uint32_t line_number;
    uint32_t today;
    struct patch_drop *drop; // the last entry, if it is a drop
};

bool patch_refuse(struct patch_parser *p, const char *why);
// The framing, behind `Drop Request `.
bool patch_take_drop(struct patch_parser *p, struct patch_entry *e);
// pattern, answer and expires: lines that belong to the drop above.
bool patch_is_drop_line(struct quoted_text line);
bool patch_take_drop_line(struct patch_parser *p);
// Before the next entry, and at the end: is the last drop whole?
bool patch_check_drop(struct patch_parser *p);

#endif
