// Looks at a socket's input before the program does, and takes bad requests out of it.
//
// Where: in the hook, with the baton; without it while more input is waited for.
// Rules: what cannot be looked at passes: other descriptors than sockets, requests of more than LOOK_AHEAD bytes, and
//        all that comes behind input which the framing does not understand.
// How:   at the call that reads; and behind one that says what is ready (poll, select), so that a program does not wait
//        in a read for what never arrives.
// Source: COMPSAC 2008, section 3: a request that never arrived is something that a correct program must accept.
#include "drop.h"

#include "os.h"
#include "peers.h"
#include "sched.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>

#define LOOK_AHEAD 65536
#define STREAMS_MAX 4096
#define LOGGED_MAX 4096 // bytes of a dropped request in its event

// By descriptor.
static struct stream {
    uint32_t serial; // of the descriptor: another one is another stream
    bool off;        // passes as it is
    uint64_t approved; // bytes in front that the program may read
    int low_water;   // SO_RCVLOWAT as we have set it, 0: never
    const struct patch_text *text; // of the patch when it was read last, NULL: it was not read yet
    struct stack_entry here;       // the entry for that read, no frames: none
} *streams;
static struct stack_entry last_here; // of any stream's last read
static const struct patch_text *last_text;

static bool reads(unsigned nr) {
    return nr == SYS_read || nr == SYS_readv || nr == SYS_recvfrom || nr == SYS_recvmsg;
}

static struct stream *stream_of(int fd) {
    if (fd < 0 || fd >= STREAMS_MAX || fds_kind(fd) != FD_PEER) return NULL;
    if (!streams && !(streams = os_map(STREAMS_MAX * sizeof *streams))) return NULL;
    struct stream *s = &streams[fd];
    if (s->serial != fds_serial(fd)) *s = (struct stream){.serial = fds_serial(fd)};
    return s;
}

// ---------------------------------------------------------------- bad or not
static bool is_bad(const struct patch_drop *drop, const uint8_t *request, size_t size) {
    struct pattern_progress scratch;
    for (unsigned i = 0; i < drop->pattern_count; i++)
        if (pattern_matches(&drop_table->text->patterns[drop->first_pattern + i], request, size, &scratch)) return true;
    return false;
}

// The first in file order that matches, of those for this call.
static const struct stack_entry *guilty(const struct stack_entry *here, const uint8_t *request, size_t size) {
    const struct stack_entry *found = here && is_bad(&drop_table->text->drops[here->amount], request, size) ? here : NULL;
    for (unsigned i = 0; i < drop_table->anywhere_count; i++) {
        const struct stack_entry *e = &drop_table->anywhere[i];
        if ((!found || e->number < found->number) && is_bad(&drop_table->text->drops[e->amount], request, size)) found = e;
    }
    return found;
}

static void log_drop(const struct stack_entry *e, const uint8_t *request, size_t size) {
    struct timespec now = {0, 0};
    OS2(SYS_clock_gettime, CLOCK_REALTIME, &now);
    uint64_t head[2] = {(uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec, size};
    struct iovec pieces[2] = {{head, sizeof head}, {(void *)request, size < LOGGED_MAX ? size : LOGGED_MAX}};
    struct log_payload p = {.fd = -1, .blob = pieces, .blob_count = 2, .blob_size = sizeof head + pieces[1].iov_len};
    log_append(SH_EVENT_DROPPED, 0, e->number, 0, &p);
}

// Takes the request out of the socket, and answers in the program's place.
static void drop(int fd, const struct stack_entry *e, uint8_t *request, size_t size) {
    uint8_t answer[PATCH_ANSWER_MAX];
    const struct patch_drop *d = &drop_table->text->drops[e->amount];
    stack_entry_hit(e);
    if (run_mode == RUN_RECORD) log_drop(e, request, size);
    size_t answered = d->answer.part_count ? patch_answer_write(&d->answer, request, size, answer) : 0;
    for (size_t done = 0; done < size;) {
        long n = os_call(SYS_recvfrom, fd, (long)(request + done), (long)(size - done), MSG_DONTWAIT, 0, 0);
        if (n <= 0) break;
        done += (size_t)n;
    }
    if (answered) os_call(SYS_sendto, fd, (long)answer, (long)answered, MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0);
}

// ---------------------------------------------------------------- looking
// At least `wanted` bytes, unless the stream ends or a signal comes. As recv.
static long look(struct call *c, uint8_t *to, size_t wanted) {
    uint64_t args[6] = {c->args[0], (uintptr_t)to, LOOK_AHEAD, MSG_PEEK | MSG_DONTWAIT, 0, 0};
    bool waits = !fds_nonblocking((int)args[0]) && !(c->nr == SYS_recvfrom && (c->args[3] & MSG_DONTWAIT));
    if (run_mode == RUN_LIVE && peers_is_peer((int)args[0])) {
        if (wanted > 1) peers_feed_more((int)args[0]);
        else if (waits) peers_wait_outside(c);
    }
    long n = os_call_interruptible(SYS_recvfrom, args);
    if (!waits || (n > 0 && (size_t)n >= wanted) || (n <= 0 && n != -11)) return n;
    if (sched_on) sched_leave();
    args[2] = wanted;
    args[3] = MSG_PEEK | MSG_WAITALL;
    n = os_call_interruptible(SYS_recvfrom, args);
    if (sched_on) sched_enter();
    if (n <= 0) return n;
    args[2] = LOOK_AHEAD; // perhaps there is even more
    args[3] = MSG_PEEK | MSG_DONTWAIT;
    return os_call_interruptible(SYS_recvfrom, args);
}

// poll and epoll wait for so much: a program that does not block is not woken for what it cannot have yet.
static void set_low_water(int fd, struct stream *s, int least) {
    if ((s->low_water ? s->low_water : 1) == least) return;
    s->low_water = least;
    os_call(SYS_setsockopt, fd, SOL_SOCKET, SO_RCVLOWAT, (long)&least, sizeof least, 0);
}

// Nothing comes behind what is there.
static bool has_ended(int fd) {
    struct pollfd end = {.fd = fd, .events = POLLRDHUP};
    return OS3(SYS_poll, &end, 1, 0) == 1 && (end.revents & (POLLRDHUP | POLLHUP | POLLERR));
}

// Approves whole requests from the front of the input, up to the first one that is bad, or not there as a whole.
// False: the call's result is in c->result.
static bool examine(struct call *c, struct stream *s, const struct stack_entry *here) {
    uint8_t input[LOOK_AHEAD];
    const struct framing *framing = &drop_table->text->drops[here ? here->amount : drop_table->anywhere[0].amount].framing;
    size_t wanted = 1;
    long last = 0;
    for (bool all = false;;) {
        long n = look(c, input, wanted);
        if (n == -88 /* ENOTSOCK */) s->off = true;
        if (n == -88 || n == 0) return true; // the call itself shall say so
        if (n < 0) return c->result = n, false; // perhaps something has come since, which nobody has looked at
        bool ended = all || n == last, is_raw = framing->kind == FRAMING_RAW; // nothing came, although it was waited for
        last = n;
        size_t at = 0;
        struct framing_state state = {0};
        uint64_t bytes = (uint64_t)n;
        enum framing_answer answer = FRAMING_COMPLETE;
        while (at < (size_t)n && (answer = is_raw ? FRAMING_COMPLETE : framing_cut(framing, &state, input + at, (size_t)n - at, ended, &bytes)) == FRAMING_COMPLETE) {
            const struct stack_entry *bad = guilty(here, input + at, bytes);
            if (bad && at) break; // what is in front goes first
            if (bad) drop((int)c->args[0], bad, input, bytes);
            if (bad) break;
            at += bytes;
        }
        s->approved = at;
        if (at) return true;
        if (answer == FRAMING_COMPLETE) { // dropped
            wanted = 1;
            last = 0;
            continue;
        }
        bool too_large = answer == FRAMING_MORE && ((size_t)n == LOOK_AHEAD || (uint64_t)n + bytes > LOOK_AHEAD);
        if (answer == FRAMING_MALFORMED || too_large || ended) {
            s->off = true; // not understood
            return true;
        }
        wanted = (size_t)n + bytes;
        bool waits = !fds_nonblocking((int)c->args[0]) && !(c->nr == SYS_recvfrom && (c->args[3] & MSG_DONTWAIT));
        if (!waits && !(run_mode == RUN_LIVE && peers_is_peer((int)c->args[0]))) {
            if ((all = has_ended((int)c->args[0]))) continue; // once more, for what came before the end
            set_low_water((int)c->args[0], s, (int)wanted);
            c->result = -11; // EAGAIN
            return false;
        }
    }
}

bool drop_before(struct call *c) {
    c->limit = 0;
    struct stream *s = reads(c->nr) ? stream_of((int)c->args[0]) : NULL;
    if (!s || s->off || (c->nr == SYS_recvfrom && (c->args[3] & MSG_PEEK))) return true;
    if (!s->approved) {
        uint64_t pc = intercept_pc(c->frame), sp = c->frame->rsp;
        const struct stack_entry *here = stack_tables_maybe(&drop_table->keyed, pc, sp) ? stack_tables_find(&drop_table->keyed, pc, sp, c->frame->rbp) : NULL;
        struct stack_entry copy; // its table may be used again
        copy.frame_count = 0;
        if (here) {
            copy = *here;
            here = &copy;
        }
        s->here = last_here = copy;
        s->text = last_text = drop_table->text;
        if (!here && !drop_table->anywhere_count) return true;
        if (!examine(c, s, here)) return false;
        set_low_water((int)c->args[0], s, 1);
    }
    c->limit = s->approved;
    return true;
}

void drop_behind(const struct call *c) {
    struct stream *s = c->limit ? stream_of((int)c->args[0]) : NULL;
    if (!s || c->result <= 0) return;
    s->approved -= (uint64_t)c->result < s->approved ? (uint64_t)c->result : s->approved;
}

// ---------------------------------------------------------------- readiness
// Takes bad requests out; true: nothing is left of what the program would be told of. It is read where it was read last.
static bool only_bad(int fd) {
    uint8_t input[LOOK_AHEAD];
    struct stream *s = stream_of(fd);
    if (!s || s->off || s->approved) return false;
    const struct stack_entry *here = s->text == drop_table->text ? &s->here : !s->text && last_text == drop_table->text ? &last_here : NULL;
    if (here && !here->frame_count) here = NULL;
    if (!here && !drop_table->anywhere_count) return false;
    const struct framing *framing = &drop_table->text->drops[here ? here->amount : drop_table->anywhere[0].amount].framing;
    for (bool dropped = false;; dropped = true) {
        long n = os_call(SYS_recvfrom, fd, (long)input, LOOK_AHEAD, MSG_PEEK | MSG_DONTWAIT, 0, 0);
        if (n <= 0) return dropped && n == -11; // EAGAIN
        struct framing_state state = {0};
        uint64_t bytes = (uint64_t)n;
        if (framing->kind != FRAMING_RAW && framing_cut(framing, &state, input, (size_t)n, false, &bytes) != FRAMING_COMPLETE) return false;
        const struct stack_entry *bad = guilty(here, input, bytes);
        if (!bad) return false;
        drop(fd, bad, input, bytes);
    }
}

static long poll_rest(struct pollfd *polled, uint64_t count, long ready) {
    for (uint64_t i = 0; i < count; i++) {
        if (!(polled[i].revents & (POLLIN | POLLRDNORM)) || polled[i].revents & (POLLHUP | POLLERR | POLLRDHUP) || !only_bad(polled[i].fd)) continue;
        polled[i].revents &= (short)~(POLLIN | POLLRDNORM);
        ready -= !polled[i].revents;
    }
    return ready;
}

static long select_rest(uint64_t *readable, uint64_t count, long ready) {
    for (uint64_t fd = 0; readable && fd < count; fd++) {
        if (!(readable[fd / 64] >> fd % 64 & 1) || !only_bad((int)fd)) continue;
        readable[fd / 64] &= ~(1ul << fd % 64);
        ready--;
    }
    return ready;
}

bool drop_polls(unsigned nr) { return nr == SYS_poll || nr == SYS_ppoll || nr == SYS_select || nr == SYS_pselect6; }

bool drop_ready(struct call *c) {
    bool is_poll = c->nr == SYS_poll || c->nr == SYS_ppoll;
    c->result = is_poll ? poll_rest((struct pollfd *)c->args[0], c->args[1], c->result)
                        : select_rest((uint64_t *)c->args[1], c->args[0], c->result);
    return c->result > 0;
}
