// Finds holds by call stacks that are real: random paths through functions, entries keyed by what they left on
// the stack, sched_hold_match against a search that takes its time (src/Recorder/{sched_hold,stack_table}.c).
//
//   clang -g -O1 -fsanitize=fuzzer,address,undefined -Isrc/Recorder fuzz/sched_hold_fuzz.c
//       src/Recorder/{sched_hold,stack_table,backtrace,backtrace_cfi,modules,os}.c
//   gcc: the same with -fsanitize=address,undefined -DFUZZ_MAIN; then: ./a.out [ITERATIONS [SEED]]
#include "modules.h"
#include "recorder_abi.h"
#include "sched_hold.h"

#include <alloca.h>
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
#define FRAMES STACK_TABLE_FRAMES
#define PATHS 8
#define STEPS 24

static struct sh_control page;
struct sh_control *control = &page;

// ---------------------------------------------------------------- input
static const uint8_t *input, *input_end;
static unsigned draw(unsigned below) { return input < input_end ? *input++ % below : 0; }

// ---------------------------------------------------------------- a path and the stack that it leaves
static uint8_t path[STEPS];
static unsigned steps;
static uint64_t called_from[STEPS]; // by step: the return address of that call
static uint64_t stack[STEPS];       // at the end of the path: innermost first
static unsigned depth, held;

// What a hook sees at a pthread call: the return address in its caller, and that frame's sp and bp.
__asm__(".text\n place: mov (%rsp), %rdi\n lea 8(%rsp), %rsi\n mov %rbp, %rdx\n jmp come_to_place\n");
void place(void);
__attribute__((used)) void come_to_place(uint64_t pc, uint64_t sp, uint64_t bp) {
    stack[0] = pc;
    for (depth = 1; depth <= steps && depth < STEPS; depth++)
        stack[depth] = called_from[steps - depth];
    held = sched_holds ? sched_hold_match(pc, sp, bp) : 0;
}

static void step(unsigned at);
#define FUNCTION(name, local)                                                 \
    static __attribute__((noinline)) void name(unsigned at) {                 \
        called_from[at] = (uint64_t)__builtin_return_address(0);              \
        volatile char *room = local;                                          \
        room[0] = 1;                                                          \
        if (at + 1 == steps)                                                  \
            place();                                                          \
        else if (path[at] & 64)                                               \
            step(at + 1);                                                     \
        else                                                                  \
            step(at + 1);                                                     \
        __asm__ volatile("" ::: "memory");                                    \
    }
FUNCTION(plain, (char[8]){0})
FUNCTION(large, (char[3000]){0})
FUNCTION(variable, alloca(16 + at * 40)) // its frame is found by rbp
FUNCTION(other, (char[40]){0})
static __attribute__((always_inline)) inline void step(unsigned at) {
    switch (path[at] % 4) {
    case 0: plain(at); break;
    case 1: large(at); break;
    case 2: variable(at); break;
    default: other(at); break;
    }
}
static __attribute__((noinline)) void walk(const uint8_t *bytes, unsigned count) {
    memcpy(path, bytes, count);
    steps = count;
    step(0);
    __asm__ volatile("" ::: "memory");
}

// ---------------------------------------------------------------- entries
static struct stack_entry entries[STACK_TABLE_ENTRIES];
static unsigned entry_count;

static bool overlaps(const struct stack_entry *a, const struct stack_entry *b) {
    unsigned common = a->frame_count < b->frame_count ? a->frame_count : b->frame_count;
    return memcmp(a->frames, b->frames, common * sizeof *a->frames) == 0;
}

// A key of 1 to 16 frames of the stack that was just left; now and then of a stack that never is.
static void add_entry(void) {
    struct stack_entry e = {.number = entry_count, .amount = 1 + draw(200)};
    e.frame_count = 1 + draw(FRAMES);
    if (e.frame_count > depth)
        e.frame_count = depth;
    memcpy(e.frames, stack, e.frame_count * sizeof *stack);
    if (draw(4) == 0)
        e.frames[draw(e.frame_count)] ^= 1 + draw(3);
    for (unsigned i = 0; i < entry_count; i++)
        if (overlaps(&entries[i], &e))
            return;
    entries[entry_count++] = e;
}

// A key whose innermost frame is elsewhere and has the same hash.
static void add_collision(void) {
    struct stack_entry e = {.number = entry_count, .amount = 1, .frame_count = 1, .frames = {stack[0] + 1}};
    while (stack_table_hash(e.frames[0]) != stack_table_hash(stack[0]))
        e.frames[0]++;
    for (unsigned i = 0; i < entry_count; i++)
        if (overlaps(&entries[i], &e))
            return;
    entries[entry_count++] = e;
}

static const struct stack_entry *expected(void) {
    for (unsigned i = 0; i < entry_count; i++)
        if (entries[i].frame_count <= depth &&
            memcmp(entries[i].frames, stack, entries[i].frame_count * sizeof *stack) == 0)
            return &entries[i];
    return NULL;
}

static unsigned long matched[FRAMES + 1], not_matched;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static uint8_t paths[PATHS][STEPS];
    unsigned counts[PATHS], path_count;
    REQUIRE(modules_load() == 0);
    input = data;
    input_end = data + size;
    entry_count = 0;
    path_count = 1 + draw(PATHS);
    sched_hold_replace(NULL, 0);
    REQUIRE(!sched_holds);
    for (unsigned i = 0; i < path_count; i++) {
        counts[i] = 1 + draw(STEPS - 1);
        for (unsigned s = 0; s < counts[i]; s++) // the later ones are much like the first, so that keys meet
            paths[i][s] = (uint8_t)(i && draw(4) ? paths[0][s] : draw(256));
        walk(paths[i], counts[i]);
        REQUIRE(held == 0);
        if (draw(4) == 0)
            add_collision();
        for (unsigned keys = draw(4); keys; keys--)
            add_entry();
    }
    sched_hold_replace(entries, entry_count);
    REQUIRE(sched_holds == (entry_count > 0));
    for (unsigned i = 0; i < path_count; i++) {
        uint64_t before[STACK_TABLE_ENTRIES];
        memcpy(before, page.hits, sizeof before);
        walk(paths[i], counts[i]);
        const struct stack_entry *e = expected();
        REQUIRE(held == (e ? e->amount : 0));
        for (unsigned n = 0; n < entry_count; n++)
            REQUIRE(page.hits[n] - before[n] == (e && e->number == n));
        *(e ? &matched[e->frame_count] : &not_matched) += 1;
    }
    return 0;
}

#ifdef FUZZ_MAIN
int main(int argc, char **argv) {
    unsigned long iterations = argc > 1 ? strtoul(argv[1], NULL, 10) : 20000;
    unsigned long seed = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
    uint64_t state = seed * 0x9e3779b97f4a7c15ull + 1;
    static uint8_t data[400];
    for (unsigned long i = 0; i < iterations; i++) {
        for (unsigned b = 0; b < sizeof data; b++) { // xorshift64*
            state ^= state >> 12, state ^= state << 25, state ^= state >> 27;
            data[b] = (uint8_t)((state * 0x2545f4914f6cdd1dull) >> 40);
        }
        LLVMFuzzerTestOneInput(data, sizeof data);
    }
    printf("sched_hold_fuzz: %lu inputs, seed %lu, %lu places not held; held by keys of 1 to 16 frames:", iterations, seed, not_matched);
    for (unsigned n = 1; n <= FRAMES; n++) {
        printf(" %lu", matched[n]);
        REQUIRE(iterations < 1000 || matched[n] > 0);
    }
    printf("\n");
    return 0;
}
#endif
