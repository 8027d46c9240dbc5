// Walks a call stack, with a cache of unwind rules in front of the .eh_frame reader.
//
// Where: anywhere, also in signal handlers and inside malloc; any number of threads at once.
// Rules: no lock, no allocation. Cache entries are two words that prove each other, so a torn or stale one
//        is a miss and never a wrong rule. Stack words are read only inside the mapping that holds sp.
#include "backtrace.h"

#include "backtrace_cfi.h"
#include "modules.h"
#include "os.h"

// ---------------------------------------------------------------- where a stack ends
#define STACKS_MAX 32
static struct stack_bounds {
    uint64_t low, high;
} stacks[STACKS_MAX];
static unsigned stacks_next;

void backtrace_forget_stacks(void) {
    for (unsigned i = 0; i < STACKS_MAX; i++)
        __atomic_store_n(&stacks[i].low, ~0ull, __ATOMIC_RELEASE);
}

// One line of /proc/self/maps at a time, fed byte by byte: "low-high rwxp ... [stack]".
struct maps_line {
    uint64_t low, high, value;
    unsigned field;
    bool readable, stack;
    char previous;
};

// The end of the readable memory that starts at the mapping holding sp; 0 if /proc does not tell.
static struct stack_bounds read_bounds(uint64_t sp) {
    struct stack_bounds found = {0, 0};
    int fd = os_open("/proc/self/maps", 02000000 /* O_CLOEXEC */, 0);
    if (fd < 0)
        return found;
    char text[1024];
    struct maps_line line = {0};
    uint64_t gap = 0; // end of the mapping before
    for (bool done = false; !done;) {
        long n = os_read(fd, text, sizeof text);
        if (n <= 0)
            break;
        for (long i = 0; i < n && !done; i++) {
            char c = text[i];
            if (line.field < 2 && c != '-' && c != ' ') {
                line.value = line.value << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
            } else if (line.field < 2) {
                *(line.field ? &line.high : &line.low) = line.value;
                line.value = 0;
                line.field++;
            } else if (line.field == 2) {
                line.readable = c == 'r';
                line.field++;
            } else if (c == '[') {
                line.stack = true;
            } else if (line.previous == '[' && c != 's') {
                line.stack = false;
            } else if (c == '\n') {
                if (found.high == line.low && line.readable)
                    found.high = line.high;
                else if (found.high)
                    done = true;
                // The main stack grows: what lies between it and the mapping below is its own.
                else if (line.readable && sp < line.high && sp >= (line.stack ? gap : line.low))
                    found = (struct stack_bounds){line.stack ? gap : line.low, line.high};
                gap = line.high;
                line = (struct maps_line){0};
                continue;
            }
            line.previous = c;
        }
    }
    os_close(fd);
    return found;
}

static uint64_t stack_end(uint64_t sp) {
    for (unsigned i = 0; i < STACKS_MAX; i++) {
        uint64_t low = __atomic_load_n(&stacks[i].low, __ATOMIC_ACQUIRE);
        uint64_t high = __atomic_load_n(&stacks[i].high, __ATOMIC_ACQUIRE);
        if (low <= sp && sp < high && low == __atomic_load_n(&stacks[i].low, __ATOMIC_ACQUIRE))
            return high;
    }
    struct stack_bounds found = read_bounds(sp);
    if (!found.high)
        return 0;
    unsigned slot = __atomic_fetch_add(&stacks_next, 1, __ATOMIC_RELAXED) % STACKS_MAX;
    __atomic_store_n(&stacks[slot].low, ~0ull, __ATOMIC_RELEASE);
    __atomic_store_n(&stacks[slot].high, found.high, __ATOMIC_RELEASE);
    __atomic_store_n(&stacks[slot].low, found.low, __ATOMIC_RELEASE);
    return found.high;
}

// ---------------------------------------------------------------- rules
#define CACHE_BITS 12
static struct {
    uint64_t check; // pc ^ rule ^ generation
    uint64_t rule;
} cache[1 << CACHE_BITS];

static struct cfi_rule rule_of(uint64_t pc) {
    union {
        struct cfi_rule rule;
        uint64_t word;
    } u;
    uint64_t generation = (uint64_t)modules_generation * 0xd6e8feb86659fd93ull + 1;
    unsigned slot = (unsigned)((pc * 0x9e3779b97f4a7c15ull) >> (64 - CACHE_BITS));
    u.word = __atomic_load_n(&cache[slot].rule, __ATOMIC_RELAXED);
    if (__atomic_load_n(&cache[slot].check, __ATOMIC_RELAXED) == (pc ^ u.word ^ generation))
        return u.rule;
    u.rule = cfi_rule_at(pc);
    __atomic_store_n(&cache[slot].rule, u.word, __ATOMIC_RELAXED);
    __atomic_store_n(&cache[slot].check, pc ^ u.word ^ generation, __ATOMIC_RELAXED);
    return u.rule;
}

// ---------------------------------------------------------------- the walk
struct walk {
    uint64_t pc, sp, bp;
    uint64_t end;   // of the stack; 0: unknown, ask the kernel for each word
    uint64_t bp_at; // where bp was loaded from, 0: still the register's value
    bool exact;     // pc is an instruction to go on at, not a return address
    struct backtrace_proof *proof;
};

ALWAYS_INLINE bool load(const struct walk *w, uint64_t at, uint64_t *value) {
    if (at < w->sp || (at & 7))
        return false;
    if (__builtin_expect(!w->end, 0))
        return os_peek(value, (const void *)at, sizeof *value);
    if (at > w->end - 8)
        return false;
    *value = *(const uint64_t *)at;
    return true;
}

ALWAYS_INLINE void prove(struct walk *w, uint64_t at, uint64_t value) {
    struct backtrace_proof *proof = w->proof;
    if (!proof)
        return;
    if (proof->count < BACKTRACE_PROOF_MAX)
        proof->words[proof->count++] = (struct backtrace_word){at, value};
    else
        proof->valid = false;
}

ALWAYS_INLINE void prove_bp(struct walk *w) {
    if (!w->proof)
        return;
    if (w->bp_at)
        prove(w, w->bp_at, w->bp);
    else
        w->proof->uses_bp = true;
}

// No unwind information: assume that rbp is a frame pointer, and believe the result only if it is code.
static __attribute__((noinline)) bool step_by_frame_pointer(struct walk *w) {
    uint64_t pc, bp;
    if (!load(w, w->bp + 8, &pc) || !load(w, w->bp, &bp))
        return false;
    const struct module *target = module_find(pc);
    if (target ? pc < target->text_start || pc > target->text_end : module_find(w->pc) != NULL)
        return false;
    prove_bp(w);
    prove(w, w->bp + 8, pc);
    w->bp_at = w->bp;
    w->sp = w->bp + 16;
    w->bp = bp;
    w->pc = pc;
    return true;
}

// sp points to the ucontext that the kernel pushed: go on where the signal struck, maybe on another stack.
static __attribute__((noinline)) bool step_by_signal_frame(struct walk *w) {
    enum { GREGS = 40, RBP = GREGS + 8 * 10, RSP = GREGS + 8 * 15, RIP = GREGS + 8 * 16 };
    uint64_t pc, sp, bp;
    if (!load(w, w->sp + RIP, &pc) || !load(w, w->sp + RSP, &sp) || !load(w, w->sp + RBP, &bp))
        return false;
    if (sp < w->sp || sp >= w->end)
        w->end = stack_end(sp);
    w->pc = pc;
    w->sp = sp;
    w->bp = bp;
    w->exact = true;
    if (w->proof)
        w->proof->valid = false;
    return true;
}

// The unwind information says that nobody called this code, as glibc does for clone, whose child starts there. Where
// the stack begins with the address behind a call, its parent has a caller all the same.
static __attribute__((noinline)) bool step_by_call(struct walk *w) {
    uint64_t pc;
    const struct module *target = load(w, w->sp, &pc) ? module_find(pc) : NULL;
    if (!target || !module_executes(target, pc - 5, 5) || *(const uint8_t *)(pc - 5) != 0xe8)
        return false;
    prove(w, w->sp, pc);
    w->pc = pc;
    w->sp += 8;
    return true;
}

ALWAYS_INLINE bool step(struct walk *w) {
    struct cfi_rule rule = rule_of(w->pc - !w->exact);
    uint64_t cfa, pc;
    bool innermost = w->exact;
    w->exact = false;
    switch (rule.kind) {
    case CFI_SP: cfa = w->sp + (uint64_t)(int64_t)rule.cfa; break;
    case CFI_BP: cfa = w->bp + (uint64_t)(int64_t)rule.cfa; prove_bp(w); break;
    case CFI_SP_DEREF: case CFI_BP_DEREF: {
        uint64_t at = (rule.kind == CFI_BP_DEREF ? w->bp : w->sp) + (uint64_t)(int64_t)rule.cfa;
        if (!load(w, at, &cfa))
            return false;
        if (rule.kind == CFI_BP_DEREF)
            prove_bp(w);
        prove(w, at, cfa);
        break;
    }
    case CFI_SIGNAL: return step_by_signal_frame(w);
    case CFI_NONE: return step_by_frame_pointer(w);
    default: return innermost && step_by_call(w);
    }
    if (cfa <= w->sp || !load(w, cfa - 8, &pc))
        return false;
    prove(w, cfa - 8, pc);
    if (rule.bp_kind != CFI_BP_SAME) {
        uint64_t at = (rule.bp_kind == CFI_BP_AT_CFA ? cfa : w->bp) + (uint64_t)(int64_t)(rule.bp * 8);
        if (!load(w, at, &w->bp))
            return false;
        w->bp_at = at;
    }
    w->pc = pc;
    w->sp = cfa;
    return true;
}

ALWAYS_INLINE unsigned walk(struct walk *w, uint64_t *frames, unsigned max) {
    unsigned count = 0;
    if (max == 0)
        return 0;
    frames[count++] = w->pc;
    if (max == 1)
        return 1;
    w->end = stack_end(w->sp);
    while (count < max && step(w) && w->pc > PAGE)
        frames[count++] = w->pc;
    return count;
}

int backtrace_return_offset(uint64_t pc) {
    struct cfi_rule rule = rule_of(pc);
    return rule.kind == CFI_SP && rule.cfa >= 8 && rule.cfa < (int64_t)PAGE ? (int)rule.cfa - 8 : -1;
}

unsigned backtrace_from(uint64_t pc, uint64_t sp, uint64_t bp, uint64_t *frames, unsigned max) {
    struct walk w = {.pc = pc, .sp = sp, .bp = bp, .exact = true, .proof = NULL};
    return walk(&w, frames, max);
}

unsigned backtrace_with_proof(uint64_t pc, uint64_t sp, uint64_t bp, uint64_t *frames, unsigned max,
                              struct backtrace_proof *proof) {
    struct walk w = {.pc = pc, .sp = sp, .bp = bp, .exact = true, .proof = proof};
    proof->count = 0;
    proof->uses_bp = false;
    proof->valid = true;
    return walk(&w, frames, max);
}
