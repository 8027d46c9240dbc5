// epoll: which descriptors are waited for, and what the program wants to be told with each.
//
// Where: in the hook.
// How:   a replay really registers, so that it can go live. The program's own word for a descriptor, mostly a
//        pointer, is in the log: where it lies elsewhere in an edited replay, events carry the new one.
#include "drop_ready.h"
#include "os.h"
#include "syscalls.h"

#include <sys/epoll.h>
#include <sys/syscall.h>

#define WORDS_MAX 1024

static struct { uint64_t then, now; } words[WORDS_MAX]; // only those that differ
static unsigned words_count;

static void remember(uint64_t then, uint64_t now) {
    unsigned i = 0;
    while (i < words_count && words[i].then != then) i++;
    if (i == words_count && then == now) return;
    if (i == WORDS_MAX) return;
    words[i].then = then;
    words[i].now = now;
    if (i == words_count) words_count++;
}

static void note(const struct call *c) { drop_ready_registered((int)c->args[0], (int)c->args[1], (int)c->args[2], (const void *)c->args[3]); }

int call_epoll_control(struct call *c) {
    struct epoll_event *wanted = (void *)c->args[3];
    bool has_word = c->args[1] != EPOLL_CTL_DEL && wanted;
    uint64_t word = 0;
    struct replay_event e;
    bool replayed;
    int action;
    if (!call_obtain(c, &e, &replayed, &action)) return action;
    if (replayed) {
        long logged = c->result;
        if (has_word && e.blob_size == sizeof word) {
            os_copy(&word, e.blob, sizeof word);
            remember(word, wanted->data.u64);
        }
        if (!logged && !call_perform(c)) note(c);
        return call_returns(c, logged);
    }
    if (!c->result) note(c);
    if (has_word && !c->result) {
        word = wanted->data.u64;
        call_add_piece(c, &word, sizeof word);
    }
    return call_log(c, NULL);
}

int call_epoll_wait(struct call *c) {
    struct epoll_event *happened = (void *)c->args[1];
    struct replay_event e;
    bool replayed;
    int action;
    if (!call_obtain(c, &e, &replayed, &action)) return action;
    if (c->result > 0) call_add_piece(c, happened, (size_t)c->result * sizeof *happened);
    if (!replayed) return call_log(c, NULL);
    call_replay_stores(c, &e);
    for (long i = 0; i < c->result && words_count; i++)
        for (unsigned k = 0; k < words_count; k++)
            if (words[k].then == happened[i].data.u64) {
                happened[i].data.u64 = words[k].now;
                break;
            }
    return call_returns(c, c->result);
}
