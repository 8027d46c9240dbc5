// The text of an environment patch (docs/patch-format.md), as data.
//
// Where: called by patch.c; stands alone (no other part of the recorder), so that a fuzzer can link it.
#ifndef SELFHEAL_PATCH_PARSE_H
#define SELFHEAL_PATCH_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PATCH_ENTRIES 256
#define PATCH_FRAMES 16
#define PATCH_MODULES 256
#define PATCH_NAME 256
#define PATCH_LINE 2048
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
enum patch_action { PATCH_PAD = 1, PATCH_HOLD = 2 };
struct patch_entry {
    struct patch_frame frames[PATCH_FRAMES];
    uint32_t frame_count;
    uint32_t line;
    enum patch_action action;
    uint32_t amount; // pad: bytes; hold: places
};
struct patch_text {
    uint32_t module_count, entry_count;
    struct patch_module modules[PATCH_MODULES];
    struct patch_entry entries[PATCH_ENTRIES];
};
struct patch_error {
    uint32_t line;    // 1-based; 0: the file as a whole
    const char *text; // what is wrong, without a full stop; NULL: nothing
};

// Fills *to from `size` bytes, which may be anything. False: refused as a whole, *error says why; *to is
// then undefined.
bool patch_parse(const char *text, size_t size, struct patch_text *to, struct patch_error *error);

#endif
