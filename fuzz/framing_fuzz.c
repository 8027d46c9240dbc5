// Cuts arbitrary bytes into requests (src/Recorder/framing*.c): fed whole, byte by byte and in random pieces, the
// requests must be the same, and none of the input may be left out. Input: the framing, a line feed, the stream.
//
//   clang -g -O1 -fsanitize=fuzzer,address,undefined -Isrc/Recorder fuzz/framing_fuzz.c src/Recorder/{framing*,quoted}.c
//   gcc: the same with -fsanitize=address,undefined -DFUZZ_MAIN; then: ./a.out [ITERATIONS [SEED]]
#include "framing.h"

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
#define STREAM 4096

static uint64_t state = 1;
static uint32_t draw(uint32_t below) { // xorshift64*
    state ^= state >> 12, state ^= state << 25, state ^= state >> 27;
    return (uint32_t)((state * 0x2545f4914f6cdd1dull) >> 32) % below;
}

// Ends of the requests; a malformed rest ends the list at `size`. step 0: all at once; else at most so many bytes more
// each time, each time in memory of exactly that size.
static unsigned cut(const struct framing *f, const uint8_t *data, size_t size, unsigned step, size_t *ends) {
    struct framing_state s = {0};
    size_t start = 0, there = step ? 0 : size;
    unsigned count = 0;
    while (start < size) {
        bool ended = there == size;
        uint8_t *exact = malloc(there - start + 1);
        memcpy(exact, data + start, there - start);
        uint64_t bytes = 0;
        enum framing_answer answer = framing_cut(f, &s, exact, there - start, ended, &bytes);
        free(exact);
        if (answer == FRAMING_COMPLETE) {
            REQUIRE(bytes >= 1 && bytes <= there - start);
            ends[count++] = start += bytes;
        } else if (answer == FRAMING_MALFORMED) {
            REQUIRE(bytes <= there - start);
            ends[count++] = size;
            return count;
        } else {
            REQUIRE(bytes >= 1 && !ended);
            size_t more = 1 + draw(step);
            there = size - there < more ? size : there + more;
        }
    }
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static size_t whole[STREAM], pieces[STREAM];
    const uint8_t *end = memchr(data, '\n', size);
    struct framing f;
    const char *why = NULL;
    if (!framing_parse((const char *)data, end ? (size_t)(end - data) : size, &f, &why)) {
        REQUIRE(why && *why);
        return 0;
    }
    if (!end)
        return 0;
    size -= (size_t)(end + 1 - data);
    size = size > STREAM ? STREAM : size;
    unsigned count = cut(&f, end + 1, size, 0, whole);
    REQUIRE(count == 0 || whole[count - 1] == size);
    if (f.kind == FRAMING_RAW)
        return 0;
    for (unsigned step = 1; step <= 64; step *= 8)
        REQUIRE(cut(&f, end + 1, size, step, pieces) == count && memcmp(whole, pieces, count * sizeof *whole) == 0);
    return 0;
}

#ifdef FUZZ_MAIN
static const char *const seeds[] = {
    "line\nab\ncd\r\n\nlast", "delimiter \"aab\"\nxaaabyaab\naab", "delimiter \"\\r\\n.\\r\\n\"\nmail\r\n.\r\n\r\r\n.\r\n..",
    "length 1 2 big 3\nX\x01\x02yyyy", "length 0 1 little 1\n\x03""abc\x01z\x02yy", "length 0 8 big -8\n\xff\xff\xff\xff\xff\xff\xff\xff",
    "mysql\n\x03" "\x01\x01\x01sel\x01\x01\x01\x01z\x02", "raw\nabc\n",
    "mbox\nFrom a@b Mon\nTo: x\n\nbody\n\nFrom c@d\n\n>From x\nFrom y\r\n\r\nFrom z\n",
    "imap\na1 LOGIN {3}\r\nabc {2+}\r\nde\r\n* 1 FETCH (BODY ~{4}\r\n{9}\n x {1}y)\r\nb {99999999999999999999}\r\n",
    "http\nGET / HTTP/1.1\r\nHost: a\r\n\r\nPOST /x HTTP/1.1\r\ncontent-LENGTH: 5 \r\nContent-Length:5\r\n\r\nhelloPUT / HTTP/1.1\r\n"
    "Transfer-Encoding: gzip, chunked\r\n\r\n5;x=y\r\nhello\r\nA \r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\n\nGET /\n\n",
    "resp\n*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\nvv\r\nPING\r\n%1\r\n+a\r\n*2\r\n:1\r\n$-1\r\n|1\r\n+x\r\n,1.5\r\n#t\r\n*0\r\n*-1\r\n_\r\n",
};
static const char *const pieces[] = {"\n", "\r\n", "\r\n\r\n", "From ", "\n\nFrom ", "{3}\r\n", "{1+}\r\n", "}", "0\r\n", "Content-Length: 3\r\n",
    "Transfer-Encoding: chunked\r\n", ",", "chunked", "*2\r\n", "$3\r\n", "-1\r\n", "aab", "\x00", "\xff\xff\xff", "9999999999999", " ", ":", "\"", "-"};

int main(int argc, char **argv) {
    unsigned long iterations = argc > 1 ? strtoul(argv[1], NULL, 10) : 20000;
    unsigned long seed = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
    static uint8_t text[STREAM];
    state = seed * 0x9e3779b97f4a7c15ull + 1;
    for (unsigned long i = 0; i < iterations; i++) {
        const char *start = seeds[draw(sizeof seeds / sizeof *seeds)];
        size_t size = strlen(start), n;
        memcpy(text, start, size);
        if (i >= 100)
            for (unsigned rounds = draw(5); rounds; rounds--) {
                size_t at = draw((uint32_t)size + 1);
                const char *piece = pieces[draw(sizeof pieces / sizeof *pieces)];
                switch (draw(4)) {
                case 0: if (at < size) text[at] = (uint8_t)draw(256); break;
                case 1: n = draw((uint32_t)(size - at) + 1) % 20; memmove(text + at, text + at + n, size - at - n); size -= n; break;
                case 2: n = strlen(piece); memmove(text + at + n, text + at, size - at); memcpy(text + at, piece, n); size += n; break;
                default: n = draw((uint32_t)(size - at) + 1) % 40; memmove(text + at + n, text + at, size - at); size += n;
                }
            }
        LLVMFuzzerTestOneInput(text, size);
    }
    printf("framing_fuzz: %lu inputs, seed %lu\n", iterations, seed);
    return 0;
}
#endif
