// Reads arbitrary patterns (src/Recorder/pattern*.c) and matches them against arbitrary requests; a small matcher that
// tries everything says what is right, where it has the time. Input: the pattern, a line feed, the request.
//
//   clang -g -O1 -fsanitize=fuzzer,address,undefined -Isrc/Recorder fuzz/pattern_fuzz.c src/Recorder/{pattern,pattern_text,quoted}.c
//   gcc: the same with -fsanitize=address,undefined -DFUZZ_MAIN; then: ./a.out [ITERATIONS [SEED]]
#include "pattern.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REQUIRE(condition)                                                    \
    do {                                                                      \
        if (!(condition)) {                                                   \
            fprintf(stderr, "broken: %s (line %d)\n", #condition, __LINE__);  \
            abort();                                                          \
        }                                                                     \
    } while (0)

// ---------------------------------------------------------------- the slow matcher
static const struct pattern *p;
static const uint8_t *text;
static size_t length;
static unsigned long steps;
static bool from(unsigned element, size_t at);
static bool in_set(unsigned set, uint8_t byte) { return p->sets[set][byte / 64] >> byte % 64 & 1; }
static uint8_t fold(uint8_t c) { return c >= 'A' && c <= 'Z' ? c | 32 : c; }
static bool digit(size_t at) { return at < length && text[at] >= '0' && text[at] <= '9'; }

static bool state_accepts(const struct pattern_state *s, uint8_t byte) {
    return s->is_set ? in_set(s->byte, byte) : s->byte == byte || (s->nocase && fold(s->byte) == fold(byte));
}

// In a group: state `j`, passed so often, the pass begun at `begun`.
static bool group(unsigned element, unsigned j, unsigned passed, size_t at) {
    const struct pattern_element *e = &p->elements[element];
    if (++steps > 100000)
        return false;
    if (j == e->count) {
        passed++;
        if (passed > e->max)
            return false;
        return (passed >= e->min && from(element + 1, at)) || group(element, 0, passed, at);
    }
    const struct pattern_state *s = &p->states[e->first + j];
    if (s->skip && group(element, j + 1, passed, at))
        return true;
    if (at == length || !state_accepts(s, text[at]))
        return false;
    return (s->loop && group(element, j, passed, at + 1)) || group(element, j + 1, passed, at + 1);
}

static bool number(unsigned element, size_t at) {
    const struct pattern_element *e = &p->elements[element];
    bool negative = e->low < 0 && at < length && text[at] == '-' && digit(at + 1);
    at += negative;
    if (!digit(at) || (at > 0 && !negative && digit(at - 1)))
        return false;
    __int128 value = 0;
    for (; digit(at); at++)
        value = value > INT64_MAX ? value : value * 10 + text[at] - '0';
    value = value > INT64_MAX ? INT64_MAX : value;
    value = negative ? -value : value;
    return value >= e->low && value <= e->high && from(element + 1, at);
}

static bool from(unsigned element, size_t at) {
    if (++steps > 100000)
        return false;
    if (element == p->element_count)
        return at == length;
    const struct pattern_element *e = &p->elements[element];
    switch (e->kind) {
    case PATTERN_FIXED:
        for (unsigned i = 0; i < e->count; i++) {
            uint8_t a = p->bytes[e->first + i];
            if (at + i == length || (text[at + i] != a && !(e->nocase && fold(a) == fold(text[at + i]))))
                return false;
        }
        return from(element + 1, at + e->count);
    case PATTERN_SET:
        for (uint32_t n = 0;; n++) {
            if (n >= e->min && from(element + 1, at + n))
                return true;
            if (n == e->max || at + n == length || !in_set(e->set, text[at + n]))
                return false;
        }
    case PATTERN_NUMBER: return number(element, at);
    default: return (e->min == 0 && from(element + 1, at)) || group(element, 0, 0, at);
    }
}

static unsigned long compared, matching;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct pattern parsed;
    static struct pattern_progress progress;
    const uint8_t *end = memchr(data, '\n', size);
    size_t pattern_size = end ? (size_t)(end - data) : size;
    char *exact = malloc(pattern_size + 1);
    memcpy(exact, data, pattern_size);
    const char *why = NULL;
    bool good = pattern_parse(exact, pattern_size, &parsed, &why);
    free(exact);
    REQUIRE(good || (why && *why));
    if (!good)
        return 0;
    REQUIRE(parsed.element_count >= 1 && parsed.element_count <= PATTERN_ELEMENTS && parsed.set_count <= PATTERN_SETS);
    REQUIRE(parsed.ring_bits <= PATTERN_RING && parsed.value_count <= PATTERN_STATES + PATTERN_ELEMENTS);
    length = end ? size - pattern_size - 1 : 0;
    uint8_t *request = malloc(length + 1);
    if (length)
        memcpy(request, end + 1, length);
    p = &parsed, text = request, steps = 0;
    memset(&progress, 0xa5, sizeof progress);
    bool expected = from(0, 0) && length >= parsed.length;
    bool found = pattern_matches(&parsed, request, length, &progress);
    if (steps <= 100000) {
        REQUIRE(found == expected);
        compared++;
        matching += found;
    }
    free(request);
    return 0;
}

#ifdef FUZZ_MAIN
static const char *const parts[] = {"\"a\"", "\"ab\"", "\"A\"i", "\"b\"", "[ab]", "[a-b]{2}", "[^a]{0,3}", "[ab]{1,}", ".", ".{0,2}", "*",
    "number", "number{>=5}", "number{<=-3}", "number{>=12,<=120}", "(\"a\"){2}", "(\"ab\"){0,}", "([ab]{1,2} \"1\"){1,3}", "(\"a\" [b]{0,}){3,}",
    "([a]{0,1} \"b\"i [1-]{0,2}){0,2}", "(. \"a\"){2,}", "[0-9]{1,}", "[0-9]{1,2}", "\"-\"", "[b\\-]{0,4}", "length{>=4}", "\"1\""};
static const char *const bad[] = {"[", "]", "{", "}", "\"", "(", ")", "{3,2}", "{0}", "{1,9999}", " ", "\\x", "number{>=}", "[b-a]", "(*)", "i"};
static uint64_t state;
static uint32_t draw(uint32_t below) { // xorshift64*
    state ^= state >> 12, state ^= state << 25, state ^= state >> 27;
    return (uint32_t)((state * 0x2545f4914f6cdd1dull) >> 32) % below;
}

int main(int argc, char **argv) {
    unsigned long iterations = argc > 1 ? strtoul(argv[1], NULL, 10) : 20000;
    unsigned long seed = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
    static char input[4096];
    state = seed * 0x9e3779b97f4a7c15ull + 1;
    for (unsigned long i = 0; i < iterations; i++) {
        input[0] = 0;
        for (unsigned n = 1 + draw(5); n; n--) {
            strcat(input, draw(60) ? parts[draw(sizeof parts / sizeof *parts)] : bad[draw(sizeof bad / sizeof *bad)]);
            strcat(input, n > 1 ? " " : "\n");
        }
        size_t size = strlen(input);
        for (unsigned n = draw(12); n; n--)
            input[size++] = "aabb11-A5"[draw(9)];
        LLVMFuzzerTestOneInput((const uint8_t *)input, size);
    }
    printf("pattern_fuzz: %lu inputs, %lu compared, %lu of them match, seed %lu\n", iterations, compared, matching, seed);
    REQUIRE(iterations < 10000 || matching > iterations / 100);
    return 0;
}
#endif
