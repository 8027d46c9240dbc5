// The text of an environment patch (docs/patch-format.md), as data.
//
// Where: called by patch.c; stands alone (no other part of the recorder), so that a fuzzer can link it.
#ifndef SELFHEAL_PATCH_PARSE_H
#define SELFHEAL_PATCH_PARSE_H

#include "framing.h"
#include "patch_answer.h"
#include "pattern.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PATCH_ENTRIES 256
#define PATCH_FRAMES 16
#define PATCH_MODULES 256
#define PATCH_NAME 256
#define PATCH_LINE 2048
#define PATCH_LONG_LINE 4104 // of a pattern or an answer
#define PATCH_DROPS 64
#define PATCH_PATTERNS 64 // of all drops
#define PATCH_PAD_MAX 1073741824u
#define PATCH_HOLD_MAX 1000000u

struct patch_module {
    char name[PATCH_NAME]; // terminated
    uint8_t build_id[32];
    uint32_t build_id_size; // bytes
    uint32_t line;
};
struct patch_frame {
    uint64_t offset; // ELF virtual address
    uint32_t module; // index into modules
    uint32_t reserved;
};
enum patch_action { PATCH_PAD = 1, PATCH_HOLD = 2, PATCH_DROP = 3 };
struct patch_entry {
    struct patch_frame frames[PATCH_FRAMES];
    uint32_t frame_count; // 0: a drop of requests that are read anywhere
    uint32_t line;
    enum patch_action action;
    uint32_t amount; // pad: bytes; hold: places; drop: index into drops
};
struct patch_drop {
    struct framing framing;
    uint32_t first_pattern, pattern_count; // a request is dropped if one of them matches
    uint32_t last_day;                     // days since 1970-01-01; 0: for ever
    bool expired;                          // not in force any more
    struct patch_answer answer;
};
struct patch_text {
    uint32_t module_count, entry_count, drop_count, pattern_count;
    struct patch_module modules[PATCH_MODULES];
    struct patch_entry entries[PATCH_ENTRIES];
    struct patch_drop drops[PATCH_DROPS];
    struct pattern patterns[PATCH_PATTERNS];
};
struct patch_error {
    uint32_t line;    // 1-based; 0: the file as a whole
    const char *text; // what is wrong, without a full stop; NULL: nothing
};

// Fills *to from `size` bytes, which may be anything; drops that expired before `today` (days since 1970-01-01, UTC)
// are marked. False: refused as a whole, *error says why; *to is then undefined.
bool patch_parse(const char *text, size_t size, uint32_t today, struct patch_text *to, struct patch_error *error);

#endif
