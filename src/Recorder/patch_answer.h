// What a dropped request is answered with (docs/patch-format.md).
//
// Where: the patch's parser, and where a request is dropped; stands alone.
#ifndef SELFHEAL_PATCH_ANSWER_H
#define SELFHEAL_PATCH_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PATCH_ANSWER_PARTS 16
#define PATCH_ANSWER_BYTES 1024 // of all fixed parts
#define PATCH_ANSWER_TAG 256    // a tag is cut off behind so many bytes
#define PATCH_ANSWER_MAX (PATCH_ANSWER_BYTES + PATCH_ANSWER_PARTS * PATCH_ANSWER_TAG)

enum patch_answer_kind {
    PATCH_ANSWER_FIXED,
    PATCH_ANSWER_SEQUENCE, // {seq+1}: one byte, the sequence number of the request's last MySQL packet, plus 1
    PATCH_ANSWER_REPLY_TAG // {tag}: the request's first word, as IMAP's tag
};
struct patch_answer {
    uint32_t part_count, byte_count; // no parts: no answer
    struct {
        uint32_t kind; // enum patch_answer_kind
        uint16_t first, count;
    } parts[PATCH_ANSWER_PARTS];
    uint8_t bytes[PATCH_ANSWER_BYTES];
};

// Reads "bytes" {seq+1} {tag}, one space between. False: *why says what is wrong, without a full stop.
bool patch_answer_parse(const char *text, size_t size, struct patch_answer *to, const char **why);
// The answer to a request. Returns its bytes: at most PATCH_ANSWER_MAX, which is the room that `to` must have.
size_t patch_answer_write(const struct patch_answer *a, const uint8_t *request, size_t size, uint8_t *to);

#endif
