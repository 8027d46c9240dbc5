// How input is cut into requests: one description, one small state per stream (docs/patch-format.md, Framings).
//
// Where: anywhere; stands alone (no libc, no other part of the recorder), so that a fuzzer can link it.
// Rules: no allocation; nothing is read outside of the given bytes; each byte is looked at once, so that the work
//        is linear in the input, however small the pieces are in which it comes.
#ifndef SELFHEAL_FRAMING_H
#define SELFHEAL_FRAMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAMING_DELIMITER_MAX 32         // bytes
#define FRAMING_OFFSET_MAX 65535u        // bytes
#define FRAMING_EXTRA_MAX 65536          // bytes, either sign
#define FRAMING_REQUEST_MAX (1ull << 40) // bytes; a request that claims to be longer is malformed

enum framing_kind {
    FRAMING_RAW,       // what one read gave
    FRAMING_LINE,      // through LF
    FRAMING_DELIMITER, // through the delimiter
    FRAMING_LENGTH,    // a length field says how long
    FRAMING_MYSQL,     // packets; one of 0xffffff bytes continues
    FRAMING_MBOX,      // a message, from its "From " line
    FRAMING_IMAP,      // a line with its literals
    FRAMING_HTTP,      // a request of HTTP/1.x with its body
    FRAMING_RESP       // a value of redis's protocol, or an inline command
};

struct framing {
    uint32_t kind;   // enum framing_kind
    uint32_t offset; // length: of the field
    uint32_t size;   // length: bytes of the field, 1 to 8; delimiter: its bytes
    int32_t extra;   // length: what the field's value leaves out
    bool big;        // length: most significant byte first
    uint8_t delimiter[FRAMING_DELIMITER_MAX];
    uint8_t fallback[FRAMING_DELIMITER_MAX]; // of Knuth, Morris, Pratt
};

// How far a request was looked at. All zero: at its start.
struct framing_state {
    uint64_t at;    // bytes looked at
    uint64_t left;  // bytes that follow and mean nothing to the framing
    uint64_t value; // the number that is being read
    uint64_t total; // http: Content-Length; resp: values still to come
    uint8_t step, flags, match, other;
    bool last;      // the request ends behind `left`
    bool malformed;
};

enum framing_answer {
    FRAMING_COMPLETE, // *bytes: the request's length, at most `size`
    FRAMING_MORE,     // *bytes: at least so many more are needed, at least 1
    FRAMING_MALFORMED // *bytes: where it was seen. The rest of the stream, from the request's start, is one raw request
};

// The request at data[0]. `size` bytes of it (and of what follows) are there, more than at the last call with this
// state or the same; `ended`: no more will come. After FRAMING_COMPLETE *state is zero again: call next with
// data + *bytes. Without any bytes the answer is FRAMING_MORE. A malformed state stays malformed.
enum framing_answer framing_cut(const struct framing *f, struct framing_state *state, const uint8_t *data,
                                size_t size, bool ended, uint64_t *bytes);

// Reads a description, such as `length 0 3 little 4`. False: *why says what is wrong, without a full stop.
bool framing_parse(const char *text, size_t size, struct framing *to, const char **why);
bool framing_equal(const struct framing *a, const struct framing *b);

#endif
