// Numbers the distinct allocation stacks, and remembers how each was derived so that most are not unwound.
//
// Where: guard mode, under its lock; heap_stacks_write also in the crash handler.
// Rules: memory comes from os_map once, at the start. A remembered stack is used again only if every stack
//        word it was derived from still has its value (struct backtrace_proof).
#include "heap_stacks.h"

#include "backtrace.h"
#include "os.h"
#include "recorder_abi.h"

#include <fcntl.h>

#define STACKS_MAX 65536u
#define INDEX_SIZE (4 * STACKS_MAX)
#define MEMO_WAYS 8u // a constructor-like function is called at the same depth from several places
#define MEMO_SIZE (256 * MEMO_WAYS)

struct memo {
    uint64_t pc, sp, bp;
    uint32_t stack;
    struct backtrace_proof proof;
};
static struct heap_stack *stacks; // [0] is for those that do not fit
static uint32_t *stack_index;     // hash -> number, 0: free
static struct memo *memos;
static uint32_t stack_count = 1;

bool heap_stacks_start(void) {
    stacks = os_map(STACKS_MAX * sizeof *stacks);
    stack_index = os_map(INDEX_SIZE * sizeof *stack_index);
    memos = os_map(MEMO_SIZE * sizeof *memos);
    return stacks && stack_index && memos;
}

const struct heap_stack *heap_stacks_get(uint32_t number) { return &stacks[number]; }

static bool same(const uint64_t *a, const uint64_t *b, unsigned count) {
    while (count && *a == *b)
        a++, b++, count--;
    return count == 0;
}

static uint32_t intern(const uint64_t *frames, unsigned count) {
    uint64_t hash = count;
    for (unsigned i = 0; i < count; i++)
        hash = (hash ^ frames[i]) * 0x9e3779b97f4a7c15ull, hash ^= hash >> 29;
    uint32_t place = (uint32_t)(hash >> 20) % INDEX_SIZE;
    for (; stack_index[place]; place = (place + 1) % INDEX_SIZE) {
        struct heap_stack *s = &stacks[stack_index[place]];
        if (s->hash == hash && s->frame_count == count && same(s->frames, frames, count))
            return stack_index[place];
    }
    if (stack_count == STACKS_MAX)
        return 0;
    struct heap_stack *s = &stacks[stack_count];
    s->hash = hash;
    s->frame_count = count;
    os_copy(s->frames, frames, 8 * count);
    stack_index[place] = stack_count;
    return stack_count++;
}

static bool still_true(const struct memo *m, const struct heap_caller *caller) {
    if (m->pc != caller->pc || m->sp != caller->sp || (m->proof.uses_bp && m->bp != caller->bp))
        return false;
    for (uint32_t i = 0; i < m->proof.count; i++)
        if (*(const uint64_t *)m->proof.words[i].at != m->proof.words[i].value)
            return false;
    return m->proof.valid;
}

static uint32_t find(const struct heap_caller *caller) {
    uint64_t key = (caller->pc ^ caller->sp << 16) * 0x9e3779b97f4a7c15ull;
    struct memo *set = &memos[(key >> 56) * MEMO_WAYS];
    for (unsigned way = 0; way < MEMO_WAYS; way++)
        if (still_true(&set[way], caller))
            return set[way].stack;
    static unsigned victim;
    struct memo *m = &set[victim++ % MEMO_WAYS];
    uint64_t frames[HEAP_STACK_FRAMES];
    m->pc = caller->pc;
    m->sp = caller->sp;
    m->bp = caller->bp;
    unsigned count =
        backtrace_with_proof(caller->pc, caller->sp, caller->bp, frames, HEAP_STACK_FRAMES, &m->proof);
    return m->stack = intern(frames, count);
}
_Static_assert(MEMO_SIZE == MEMO_WAYS << 8, "the shift in find() gives 8 bits");

uint32_t heap_stacks_count(const struct heap_caller *caller, uint32_t kind, uint64_t size) {
    uint32_t number = find(caller);
    struct heap_stack *s = &stacks[number];
    if (s->count++ == 0) {
        s->kind = kind;
        s->smallest = size;
    }
    s->bytes += size;
    if (size > s->largest)
        s->largest = size;
    if (size < s->smallest)
        s->smallest = size;
    return number;
}

void heap_stacks_write(const char *path) {
    enum { BUFFER = 16384, RECORD_MAX = sizeof(struct sh_trace) + 8 * HEAP_STACK_FRAMES };
    char *buffer = os_map(BUFFER);
    int fd = buffer ? os_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666) : -1;
    if (fd < 0)
        return;
    size_t used = 0;
    for (uint32_t i = 0; i < stack_count; i++) {
        const struct heap_stack *s = &stacks[i];
        if (s->count == 0)
            continue;
        struct sh_trace record = {.kind = SH_TRACE_STACK, .code = s->kind, .number = s->count};
        record.size = (uint32_t)(sizeof record + 8 * s->frame_count);
        record.frame_count = (uint16_t)s->frame_count;
        record.a[0] = s->bytes;
        record.a[1] = s->largest;
        record.a[2] = s->smallest;
        if (used + RECORD_MAX > BUFFER) {
            os_write(fd, buffer, used);
            used = 0;
        }
        os_copy(buffer + used, &record, sizeof record);
        os_copy(buffer + used + sizeof record, s->frames, 8 * s->frame_count);
        used += record.size;
    }
    os_write(fd, buffer, used);
    os_close(fd);
    os_unmap(buffer, BUFFER);
}
