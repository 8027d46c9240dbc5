// A pattern of a bad request: read once from its text, then matched against whole requests (docs/patch-format.md).
//
// Where: anywhere; stands alone (no libc, no other part of the recorder), so that a fuzzer can link it.
// Rules: no allocation, no recursion, no backtracking: all ways to match go forward together, byte by byte. The work is
//        at most (bytes of the request) x (elements + states of groups + bytes of the pattern); the memory is fixed.
#ifndef SELFHEAL_PATTERN_H
#define SELFHEAL_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PATTERN_TEXT 4096     // bytes of a pattern's text
#define PATTERN_ELEMENTS 64   // outside of groups, a group being one
#define PATTERN_SETS 64
#define PATTERN_BYTES 2048    // of all fixed elements outside of groups
#define PATTERN_STATES 256    // of all groups: bytes of fixed elements and repeats of sets
#define PATTERN_REPEAT 1024   // the largest upper bound of a set's repeat, if it has one
#define PATTERN_TIMES 62      // the same, of a group
#define PATTERN_AT_LEAST 1000000000u // the largest lower bound of a repeat without an upper one, and of a length
#define PATTERN_RING 16384    // bits: bytes of fixed elements, and upper bounds of repeats
#define PATTERN_FOREVER 0xffffffffu

enum pattern_kind { PATTERN_FIXED, PATTERN_SET, PATTERN_NUMBER, PATTERN_GROUP };

struct pattern_element {
    uint8_t kind;      // enum pattern_kind
    bool nocase;       // fixed: A-Z are a-z
    uint16_t set;      // set: its index
    uint16_t first;    // fixed: in bytes; group: in states
    uint16_t count;
    uint32_t scratch;  // fixed, set: first bit of its ring; group: first of its values
    uint32_t min, max; // set, group: times; PATTERN_FOREVER: no upper bound
    int64_t low, high; // number
};
// One byte within a group.
struct pattern_state {
    uint8_t byte;
    bool is_set, nocase; // is_set: `byte` is the set's index
    bool skip, loop;     // it may be left out; it may come again
};
struct pattern {
    uint32_t length; // bytes a request must have at least
    uint32_t element_count, set_count, byte_count, state_count;
    uint32_t ring_bits, value_count; // of the scratch memory that it uses
    struct pattern_element elements[PATTERN_ELEMENTS];
    struct pattern_state states[PATTERN_STATES];
    uint64_t sets[PATTERN_SETS][4];
    uint8_t bytes[PATTERN_BYTES];
};

// What a match needs while it runs: 9 KB, for one match at a time; its content before has no meaning.
struct pattern_progress {
    struct {
        uint64_t start, newest; // set: of the run of its bytes; where it was entered last, plus 1
        uint64_t first;         // set without upper bound: where it was entered first in this run, plus 1
        uint32_t pending;       // fixed: how many are under way; set: how many could end here; number: flags
    } elements[PATTERN_ELEMENTS];
    uint64_t ring[PATTERN_RING / 64];
    uint64_t values[PATTERN_STATES + PATTERN_ELEMENTS]; // group: by state, how often the group was passed
};

// Reads a pattern. False: *why says what is wrong, without a full stop, and *to is undefined.
bool pattern_parse(const char *text, size_t size, struct pattern *to, const char **why);
// Does the pattern match the whole of the request?
bool pattern_matches(const struct pattern *p, const uint8_t *request, size_t size, struct pattern_progress *scratch);

#endif
