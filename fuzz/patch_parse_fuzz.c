// Feeds arbitrary bytes to the patch parser (src/Recorder/patch_parse.c) and checks what it accepts.
//
//   clang -g -O1 -fsanitize=fuzzer,address,undefined -Isrc/Recorder fuzz/patch_parse_fuzz.c
//       src/Recorder/{patch_parse,patch_parse_drop,patch_answer,quoted,pattern_text,framing_text}.c
//   gcc: the same with -fsanitize=address,undefined -DFUZZ_MAIN;
//       then: ./a.out [ITERATIONS [SEED]]: mutations of good patches, the same in each run with the same seed
#include "patch_parse.h"

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

static bool differ(const struct patch_entry *a, const struct patch_entry *b) {
    for (unsigned f = 0; f < a->frame_count && f < b->frame_count; f++)
        if (a->frames[f].module != b->frames[f].module || a->frames[f].offset != b->frames[f].offset)
            return true;
    return false;
}

static void check_answer(const struct patch_answer *a) {
    static uint8_t answer[PATCH_ANSWER_MAX];
    static const uint8_t request[] = "a1 NOOP\r\n";
    REQUIRE(a->part_count <= PATCH_ANSWER_PARTS && a->byte_count <= PATCH_ANSWER_BYTES);
    REQUIRE(patch_answer_write(a, request, sizeof request, answer) <= PATCH_ANSWER_MAX);
}

// What docs/patch-format.md promises of an accepted patch.
static void check_accepted(const struct patch_text *p) {
    REQUIRE(p->module_count <= PATCH_MODULES && p->entry_count <= PATCH_ENTRIES);
    for (unsigned i = 0; i < p->module_count; i++) {
        const struct patch_module *m = &p->modules[i];
        REQUIRE(memchr(m->name, 0, sizeof m->name) && m->name[0]);
        REQUIRE(m->build_id_size >= 4 && m->build_id_size <= 32);
        for (unsigned j = 0; j < i; j++)
            REQUIRE(strcmp(m->name, p->modules[j].name) != 0);
    }
    for (unsigned i = 0; i < p->entry_count; i++) {
        const struct patch_entry *e = &p->entries[i];
        REQUIRE(e->frame_count <= PATCH_FRAMES && (e->frame_count >= 1 || e->action == PATCH_DROP));
        if (e->action == PATCH_DROP) {
            REQUIRE(e->amount < p->drop_count && p->drops[e->amount].pattern_count >= 1);
            REQUIRE(p->drops[e->amount].first_pattern + p->drops[e->amount].pattern_count <= p->pattern_count);
            check_answer(&p->drops[e->amount].answer);
        } else {
            REQUIRE(e->action == PATCH_PAD ? e->amount <= PATCH_PAD_MAX
                                           : e->action == PATCH_HOLD && e->amount >= 1 && e->amount <= PATCH_HOLD_MAX);
        }
        for (unsigned f = 0; f < e->frame_count; f++)
            REQUIRE(e->frames[f].module < p->module_count);
        for (unsigned j = 0; j < i; j++) // of one action, none begins with the whole of another, but drops alike
            REQUIRE(p->entries[j].action != e->action || differ(&p->entries[j], e) ||
                    (e->action == PATCH_DROP && framing_equal(&p->drops[e->amount].framing, &p->drops[p->entries[j].amount].framing)));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct patch_text parsed;
    struct patch_error error;
    char *exact = malloc(size ? size : 1); // so that a read beyond the end is seen
    memcpy(exact, data, size);
    bool accepted = patch_parse(exact, size, 20000, &parsed, &error);
    free(exact);
    if (accepted) {
        REQUIRE(!error.text);
        check_accepted(&parsed);
    } else {
        REQUIRE(error.text && *error.text);
    }
    return 0;
}

#ifdef FUZZ_MAIN
static const char *const seeds[] = {
    "selfheal-patch 1\nmodule bc 7c1f0d0ab5a1f1a59a7fd0d7e0f36e1c4e1c2f40\n"
    "<bc+0xa1c4 bc+0x8b0e> : Pad Allocation 512\n# comment\n",
    "\xef\xbb\xbfselfheal-patch 1\r\nmodule libc.so.6 00112233\r\nmodule a+b 0011223344\r\n"
    "<libc.so.6+0x1 a+b+0x2> : Pad Allocation 0\r\n<libc.so.6+0x3> : Pad Allocation 1073741824\r\n",
    "# first\n\nselfheal-patch 1\nmodule m ffffffff\n<m+0x1 m+0x2 m+0x3 m+0x4 m+0x5 m+0x6 m+0x7 m+0x8 m+0x9 m+0xa "
    "m+0xb m+0xc m+0xd m+0xe m+0xf m+0x10> : Pad Allocation 7\n<m+0x1 m+0x3> : Pad Allocation 8",
    "selfheal-patch 1\nmodule m ffffffff\nmodule libc.so.6 00112233\n<libc.so.6+0x1 m+0x2> : Hold Schedule 1\n"
    "<libc.so.6+0x1 m+0x2> : Pad Allocation 1\n<libc.so.6+0x1 m+0x3> : Hold Schedule 1000000\n# measured: x\n",
    "selfheal-patch 1\nmodule m ffffffff\n<m+0x1> : Drop Request imap\npattern \"* 1 FETCH\" * [\\x80-\\xff]{20,} number{>=5,<=7}\n"
    "pattern length{>=9} \"a\"i (\"b\" .{0,3}){2,}\nanswer {tag} \" NO dropped\\r\\n\" {seq+1}\nexpires 2028-02-29\n# c\n"
    "<anywhere> : Drop Request imap\npattern *\n<m+0x1> : Pad Allocation 1\n",
};
static const char *const pieces[] = {"\n", "\r\n", " ", "<", "> : Pad Allocation ", "> : Hold Schedule ", "<anywhere> : Drop Request ", "pattern ", "answer ", "expires ", "{3,}", "\"", "(", ")", "*", "mysql", "line", "+0x", "module ", "#", "m", "1",
                                     "ffffffffffffffffff", "selfheal-patch 1\n", "1073741825", "1000001", "\xff", "0x"};

static uint64_t state;
static uint32_t draw(uint32_t below) { // xorshift64*
    state ^= state >> 12, state ^= state << 25, state ^= state >> 27;
    return (uint32_t)((state * 0x2545f4914f6cdd1dull) >> 32) % below;
}

static size_t mutate(char *text, size_t size, size_t room) {
    for (unsigned rounds = 1 + draw(4); rounds; rounds--) {
        size_t at = draw((uint32_t)size + 1), n;
        switch (draw(5)) {
        case 0: if (at < size) text[at] = (char)draw(256); break;
        case 1: if (at < size) text[at] ^= (char)(1u << draw(8)); break;
        case 2: // cut
            n = draw((uint32_t)(size - at) + 1);
            memmove(text + at, text + at + n, size - at - n);
            size -= n;
            break;
        case 3: { // put in a piece
            const char *piece = pieces[draw(sizeof pieces / sizeof *pieces)];
            n = strlen(piece);
            if (size + n > room) break;
            memmove(text + at + n, text + at, size - at);
            memcpy(text + at, piece, n);
            size += n;
            break;
        }
        default: // double a part, up to very long
            n = draw((uint32_t)(size - at) + 1);
            if (size + n > room) break;
            memmove(text + at + n, text + at, size - at);
            size += n;
        }
    }
    return size;
}

int main(int argc, char **argv) {
    unsigned long iterations = argc > 1 ? strtoul(argv[1], NULL, 10) : 200000;
    unsigned long seed = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
    static char text[1 << 16];
    state = seed * 0x9e3779b97f4a7c15ull + 1;
    size_t size = 0;
    for (unsigned long i = 0; i < iterations; i++) {
        if (i % 16 == 0) {
            const char *start = seeds[draw(sizeof seeds / sizeof *seeds)];
            size = strlen(start);
            memcpy(text, start, size);
            if (i < 64) { // the seeds themselves are good
                struct patch_error error;
                static struct patch_text parsed;
                REQUIRE(patch_parse(start, size, 20000, &parsed, &error));
            }
        }
        size = mutate(text, size, sizeof text);
        LLVMFuzzerTestOneInput((const uint8_t *)text, size);
    }
    printf("patch_parse_fuzz: %lu inputs, seed %lu\n", iterations, seed);
    return 0;
}
#endif
