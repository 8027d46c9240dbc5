// Looks at input before the program does, and takes bad requests out of it.
//
// Where: in the hook, with the baton; without it while more input is waited for.
// Rules: what cannot be looked at passes: other descriptors than those of drop_look.h, requests of more than LOOK_AHEAD
//        bytes or of more than a pipe holds, and all that comes behind input which the framing does not understand.
// How:   at the call that reads; and behind one that says what is ready (drop_ready.c), so that a program does not wait
//        in a read for what never arrives.
// Source: COMPSAC 2008, section 3: a request that never arrived is something that a correct program must accept.
#include "drop.h"

#include "drop_look.h"
#include "drop_ready.h"
#include "os.h"
#include "peers.h"
#include "sched.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>

#define STREAMS_MAX 4096
#define LOGGED_MAX 4096 // bytes of a dropped request in its event

// By descriptor.
static struct stream {
    uint32_t serial; // of the descriptor: another one is another stream
    uint8_t kind;    // enum look_kind
    bool off;        // passes as it is
    uint64_t approved; // bytes in front that the program may read
    int64_t position;  // of a file, where they begin
    const struct patch_text *text; // of the patch when it was read last, NULL: it was not read yet
    struct stack_entry here;       // the entry for that read, no frames: none
} *streams;
static struct stack_entry last_here; // of any stream's last read
static const struct patch_text *last_text;

static bool reads(unsigned nr) {
    return nr == SYS_read || nr == SYS_readv || nr == SYS_recvfrom || nr == SYS_recvmsg || nr == SYS_recvmmsg;
}

static uint64_t message_flags(const struct call *c) {
    return c->nr == SYS_recvfrom || c->nr == SYS_recvmmsg ? c->args[3] : c->nr == SYS_recvmsg ? c->args[2] : 0;
}

// NULL: nothing that could be looked at.
static struct stream *stream_of(int fd) {
    if (fd < 0 || fd >= STREAMS_MAX || (run_mode == RUN_LIVE && peers_listens(fd))) return NULL;
    if (!streams && !(streams = os_map(STREAMS_MAX * sizeof *streams))) return NULL;
    struct stream *s = &streams[fd];
    if (s->serial != fds_serial(fd)) *s = (struct stream){.serial = fds_serial(fd)};
    if (s->kind == LOOK_UNKNOWN) s->kind = (uint8_t)look_kind(fd);
    if (s->kind == LOOK_FILE && s->approved && OS3(SYS_lseek, fd, 0, SEEK_CUR) != s->position) s->approved = 0;
    return s->kind == LOOK_NOT ? NULL : s;
}

// ---------------------------------------------------------------- bad or not
static bool is_bad(const struct patch_drop *drop, const uint8_t *request, size_t size) {
    struct pattern_progress scratch;
    for (unsigned i = 0; i < drop->pattern_count; i++)
        if (pattern_matches(&drop_table->text->patterns[drop->first_pattern + i], request, size, &scratch)) return true;
    return false;
}

const struct stack_entry *drop_guilty(const struct stack_entry *here, const uint8_t *request, size_t size) {
    const struct stack_entry *found = here && is_bad(&drop_table->text->drops[here->amount], request, size) ? here : NULL;
    for (unsigned i = 0; i < drop_table->anywhere_count; i++) {
        const struct stack_entry *e = &drop_table->anywhere[i];
        if ((!found || e->number < found->number) && is_bad(&drop_table->text->drops[e->amount], request, size)) found = e;
    }
    return found;
}

struct stack_entry drop_entry(const struct call *c) {
    uint64_t pc = intercept_pc(c->frame), sp = c->frame->rsp;
    const struct stack_entry *here = stack_tables_begin(&drop_table->keyed, pc) ? stack_tables_find(&drop_table->keyed, pc, sp, c->frame->rbp) : NULL;
    return here ? *here : (struct stack_entry){.frame_count = 0}; // a copy: its table may be used again
}

void drop_count(const struct stack_entry *e, const uint8_t *request, size_t size) {
    stack_entry_hit(e);
    if (run_mode != RUN_RECORD) return;
    struct timespec now = {0, 0};
    OS2(SYS_clock_gettime, CLOCK_REALTIME, &now);
    uint64_t head[2] = {(uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec, size};
    struct iovec pieces[2] = {{head, sizeof head}, {(void *)request, size < LOGGED_MAX ? size : LOGGED_MAX}};
    struct log_payload p = {.fd = -1, .blob = pieces, .blob_count = 2, .blob_size = sizeof head + pieces[1].iov_len};
    log_append(SH_EVENT_DROPPED, 0, e->number, 0, &p);
}

// Takes the request out, and answers in the program's place.
static void drop(int fd, const struct stream *s, const struct stack_entry *e, uint8_t *request, size_t size) {
    uint8_t answer[PATCH_ANSWER_MAX];
    const struct patch_drop *d = &drop_table->text->drops[e->amount];
    drop_count(e, request, size);
    size_t answered = d->answer.part_count ? patch_answer_write(&d->answer, request, size, answer) : 0;
    look_take((enum look_kind)s->kind, fd, request, size, answer, answered);
    if (run_mode == RUN_LIVE) peers_received(fd, false, NULL, NULL, 0);
}

// ---------------------------------------------------------------- looking
enum verdict {
    GOOD,    // *approved bytes in front
    DROPPED, // the first request was bad, and is gone
    HALF,    // the first request is not there as a whole
    PASSES,  // it cannot be understood, or never will be there as a whole
};

// The first requests of what is there, up to the first one that is bad, or not there as a whole.
static enum verdict judge(int fd, const struct stream *s, const struct stack_entry *here, uint8_t *input, size_t size, bool ended, uint64_t *approved) {
    const struct framing *framing = &drop_table->text->drops[here ? here->amount : drop_table->anywhere[0].amount].framing;
    bool whole = framing->kind == FRAMING_RAW || s->kind == LOOK_DATAGRAMS;
    struct framing_state state = {0};
    uint64_t bytes = size;
    enum framing_answer answer = FRAMING_COMPLETE;
    size_t at = 0;
    for (; at < size; at += bytes) {
        bytes = size - at;
        if (!whole && (answer = framing_cut(framing, &state, input + at, size - at, ended, &bytes)) != FRAMING_COMPLETE) break;
        const struct stack_entry *bad = drop_guilty(here, input + at, bytes);
        if (bad && !at) drop(fd, s, bad, input, bytes);
        if (bad && !at) return DROPPED;
        if (bad) break; // what is in front goes first
    }
    *approved = at;
    if (at) return GOOD;
    bool fits = answer == FRAMING_MORE && size < LOOK_AHEAD && size + bytes <= LOOK_AHEAD;
    return fits && !ended && !look_full((enum look_kind)s->kind, fd) ? HALF : PASSES;
}

// As look_at; *ended: and nothing will come behind it.
static long look_for(const struct stream *s, int fd, uint8_t *to, bool *ended) {
    bool over = look_ended((enum look_kind)s->kind, fd); // asked first: then all is there
    long n = look_at((enum look_kind)s->kind, fd, to);
    *ended = over && n < LOOK_AHEAD;
    return n;
}

static bool waits(const struct call *c, const struct stream *s) {
    return s->kind != LOOK_FILE && !fds_nonblocking((int)c->args[0]) && !(message_flags(c) & MSG_DONTWAIT);
}

// Waits until there is more than `have`. False: the call's result is in c->result.
static bool wait_for_more(struct call *c, const struct stream *s, size_t have) {
    if (run_mode == RUN_LIVE && peers_is_peer((int)c->args[0]) && !have) peers_wait_outside(c);
    c->result = look_wait((enum look_kind)s->kind, (int)c->args[0], have);
    return !c->result && !thread_self()->pending;
}

// Approves what the call may read. False: the call's result is in c->result.
static bool examine(struct call *c, struct stream *s, const struct stack_entry *here) {
    uint8_t input[LOOK_AHEAD];
    int fd = (int)c->args[0];
    bool fed = run_mode == RUN_LIVE && peers_is_peer(fd);
    for (size_t had = 0;;) {
        bool ended;
        long n = look_for(s, fd, input, &ended);
        if (n == 0) return true; // the call itself shall say so
        if (n == -11 && waits(c, s)) { // EAGAIN
            if (!wait_for_more(c, s, 0)) return c->result = c->result ?: INTERRUPTED, false;
            continue;
        }
        if (n < 0) return c->result = n, false; // perhaps something has come since, which nobody has looked at
        ended |= fed && (size_t)n == had; // the log has no more
        switch (judge(fd, s, here, input, (size_t)n, ended, &s->approved)) {
        case GOOD: s->position = s->kind == LOOK_FILE ? OS3(SYS_lseek, fd, 0, SEEK_CUR) : 0; return true;
        case DROPPED: had = 0; continue;
        case PASSES: s->off = true; return true;
        case HALF: break;
        }
        had = (size_t)n;
        if (fed) peers_feed_more(fd);
        else if (!waits(c, s)) return c->result = -11, false;
        else if (!wait_for_more(c, s, had)) return c->result = c->result ?: INTERRUPTED, false;
    }
}

bool drop_before(struct call *c) {
    c->limit = 0;
    struct stream *s = reads(c->nr) ? stream_of((int)c->args[0]) : NULL;
    if (!s || s->off || (c->nr == SYS_recvmmsg && s->kind != LOOK_DATAGRAMS)) return true;
    if (!s->approved) {
        struct stack_entry here = drop_entry(c);
        s->here = last_here = here;
        s->text = last_text = drop_table->text;
        if (!here.frame_count && !drop_table->anywhere_count) return true;
        if (!examine(c, s, here.frame_count ? &here : NULL)) return false;
    }
    c->limit = s->kind == LOOK_DATAGRAMS ? 0 : s->approved;
    if (s->kind == LOOK_DATAGRAMS) s->approved = 0;
    return true;
}

void drop_behind(const struct call *c) {
    if (c->result <= 0 || (message_flags(c) & MSG_PEEK)) return;
    struct stream *s = &streams[c->args[0]];
    bool all = (uint64_t)c->result >= s->approved;
    s->approved -= all ? s->approved : (uint64_t)c->result;
    s->position += c->result;
    if (all) drop_ready_more((int)c->args[0]); // what is behind is bad, or not all there: the program has not seen an end
}

// ---------------------------------------------------------------- readiness
// It is read where it was read last.
enum drop_left drop_left(int fd) {
    uint8_t input[LOOK_AHEAD];
    struct stream *s = stream_of(fd);
    if (!s || s->off || s->approved) return DROP_LEFT_READY;
    const struct stack_entry *here = s->text == drop_table->text ? &s->here : !s->text && last_text == drop_table->text ? &last_here : NULL;
    if (here && !here->frame_count) here = NULL;
    if (!here && !drop_table->anywhere_count) return DROP_LEFT_READY;
    bool dropped = false, fed = run_mode == RUN_LIVE && peers_is_peer(fd);
    for (size_t had = 0;;) {
        uint64_t approved;
        bool ended;
        long n = look_for(s, fd, input, &ended);
        if (n <= 0) return dropped && n == -11 ? DROP_LEFT_NOTHING : DROP_LEFT_READY;
        ended |= fed && (size_t)n == had;
        switch (judge(fd, s, here, input, (size_t)n, ended, &approved)) {
        case DROPPED: dropped = true; had = 0; continue;
        case HALF: break;
        default: return DROP_LEFT_READY;
        }
        if (!fed) return DROP_LEFT_HALF;
        had = (size_t)n;
        peers_feed_more(fd);
    }
}
