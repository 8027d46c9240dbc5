// Sockets: made, accepted, and read and written by messages.
//
// Where: in the hook. In a replay a socket is a stand-in (fds.c): what comes from its peer is in the log.
#include "call_blocks.h"
#include "drop.h"
#include "os.h"
#include "peers.h"
#include "sched.h"
#include "signals.h"
#include "syscalls.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

int call_socket(struct call *c) {
    struct replay_event e;
    if (peers_call(c)) return call_returns(c, c->result);
    if (run_mode != RUN_REPLAY) {
        int action = call_generic(c);
        if (action == INTERCEPT_RETURN && c->result >= 0) fds_set((int)c->result, FD_PEER);
        return action;
    }
    if (!call_replayed(c, &e)) return call_socket(c);
    if (c->result >= 0) peers_place((int)c->result, (int)c->args[1], c->args[1] & SOCK_CLOEXEC, NULL, 0);
    return call_returns(c, c->result);
}

int call_socket_pair(struct call *c) {
    struct replay_event e;
    int *fds = (int *)c->args[3];
    if (run_mode != RUN_REPLAY) {
        call_perform(c);
        if (c->result == INTERRUPTED) c->result = OS4(SYS_socketpair, c->args[0], c->args[1], c->args[2], fds);
        if (!c->result) call_add_piece(c, fds, 8);
        return call_log(c, NULL);
    }
    if (!call_replayed(c, &e)) return call_socket_pair(c);
    if (!c->result && e.blob_size == 8) {
        os_copy(fds, e.blob, 8);
        fds_place(-1, fds[0], FD_PEER, c->args[1] & SOCK_CLOEXEC);
        fds_place(-1, fds[1], FD_PEER, c->args[1] & SOCK_CLOEXEC);
    }
    return call_returns(c, c->result);
}

int call_name(struct call *c) {
    int action = call_generic(c);
    bool known = c->result == 0 || c->result == -115; // EINPROGRESS
    if (run_mode == RUN_REPLAY && known) peers_named((int)c->args[0], c->nr == SYS_bind, (const void *)c->args[1], (uint32_t)c->args[2]);
    return action;
}

int call_listen(struct call *c) {
    int action = call_generic(c);
    if (run_mode == RUN_REPLAY && !c->result) peers_listen((int)c->args[0]);
    return action;
}

static void address_pieces(struct call *c, void *address, uint32_t *length, uint32_t before) {
    if (!address || !length || c->result < 0) return;
    call_add_piece(c, length, sizeof *length);
    call_add_piece(c, address, before < *length ? before : *length);
}

int call_accept(struct call *c) {
    struct replay_event e;
    uint32_t *length = (void *)c->args[2], before = length ? *length : 0;
    int listening = (int)c->args[0];
    if (peers_call(c)) {
        int again = call_restart(c);
        return again >= 0 ? again : call_returns(c, c->result);
    }
    if (run_mode != RUN_REPLAY) {
        int again = call_perform_until_done(c);
        if (again >= 0) return again;
        if (c->result >= 0) fds_set((int)c->result, FD_PEER);
        address_pieces(c, (void *)c->args[1], length, before);
        if (c->result >= 0) call_add_piece(c, &listening, sizeof listening); // for a replay that goes live
        return call_log(c, NULL);
    }
    if (!call_replayed(c, &e)) return call_accept(c);
    if (c->result >= 0) {
        int flags = c->nr == SYS_accept4 ? (int)c->args[3] : 0;
        bool known = length && e.blob_size >= 8;
        peers_place((int)c->result, SOCK_STREAM | flags, flags & SOCK_CLOEXEC, known ? e.blob + 4 : NULL, known ? (uint32_t)e.blob_size - 8 : 0);
        if (length && e.blob_size >= 4) os_copy(length, e.blob, 4);
        address_pieces(c, (void *)c->args[1], length, before);
        call_replay_stores(c, &e);
    }
    return call_returns(c, c->result);
}

// What recvmsg stores beside the bytes: lengths first, for a replay needs them to place the rest.
struct message_lengths {
    uint32_t name, flags;
    uint64_t control;
};

static void message_pieces(struct call *c, struct msghdr *m, struct message_lengths *now, uint32_t name_room) {
    call_add_piece(c, now, sizeof *now);
    call_add_piece(c, m->msg_name, now->name < name_room ? now->name : name_room);
    call_add_piece(c, m->msg_control, now->control);
}

// Descriptors that arrived with a message.
static void message_descriptors(struct msghdr *m, bool replay, bool close_on_exec) {
    const uint8_t *end = (const uint8_t *)m->msg_control + m->msg_controllen;
    for (struct cmsghdr *h = CMSG_FIRSTHDR(m); h && h->cmsg_len >= sizeof *h && h->cmsg_len <= (size_t)(end - (uint8_t *)h);) {
        if (h->cmsg_level == SOL_SOCKET && h->cmsg_type == SCM_RIGHTS) {
            for (size_t i = 0; i < (h->cmsg_len - CMSG_LEN(0)) / sizeof(int); i++) {
                int fd = ((int *)CMSG_DATA(h))[i];
                if (replay) fds_place(-1, fd, FD_PEER, close_on_exec);
                else fds_set(fd, FD_PEER);
            }
        }
        uint8_t *next = (uint8_t *)h + CMSG_ALIGN(h->cmsg_len);
        if (next + sizeof *h > end) break;
        h = (void *)next;
    }
}

int call_message_in(struct call *c) {
    struct msghdr *m = (void *)c->args[1];
    struct message_lengths now = {0};
    struct replay_event e;
    uint32_t name_room = m->msg_namelen;
    if (run_mode != RUN_REPLAY) {
        int again = call_perform_until_done(c);
        if (again >= 0) return again;
        if (run_mode == RUN_LIVE && c->result >= 0) peers_received((int)c->args[0], c->args[2] & MSG_PEEK, m->msg_name, &m->msg_namelen, name_room);
        struct log_payload p = {.fd = (int)c->args[0], .stream = m->msg_iov, .stream_count = (unsigned)m->msg_iovlen,
                                .stream_size = c->result > 0 ? (size_t)c->result : 0};
        if (c->result >= 0) {
            now = (struct message_lengths){m->msg_name ? m->msg_namelen : 0, (uint32_t)m->msg_flags, m->msg_control ? m->msg_controllen : 0};
            message_pieces(c, m, &now, name_room);
            message_descriptors(m, false, false);
            size_t room = 0;
            for (size_t i = 0; i < m->msg_iovlen; i++) room += m->msg_iov[i].iov_len;
            if (p.stream_size > room) p.stream_size = room; // MSG_TRUNC
        }
        return call_log(c, c->result >= 0 ? &p : NULL);
    }
    if (!call_replayed(c, &e)) return call_message_in(c);
    if (c->result >= 0 && e.blob_size >= sizeof now) {
        const uint8_t *from = e.stream;
        size_t left = e.stream_size;
        for (size_t i = 0; i < m->msg_iovlen && left; i++) {
            size_t n = m->msg_iov[i].iov_len < left ? m->msg_iov[i].iov_len : left;
            os_copy(m->msg_iov[i].iov_base, from, n);
            from += n;
            left -= n;
        }
        os_copy(&now, e.blob, sizeof now);
        if (now.control > m->msg_controllen || !m->msg_control) now.control = 0; // the log is damaged
        message_pieces(c, m, &now, name_room);
        call_replay_stores(c, &e);
        m->msg_namelen = now.name;
        m->msg_flags = (int)now.flags;
        m->msg_controllen = now.control;
        message_descriptors(m, true, c->args[2] & MSG_CMSG_CLOEXEC);
    }
    return call_returns(c, c->result);
}

static void check_message(struct call *c, const struct msghdr *m, size_t size) {
    for (size_t i = 0; i < m->msg_iovlen && size; i++) {
        size_t n = m->msg_iov[i].iov_len < size ? m->msg_iov[i].iov_len : size;
        call_check_bytes(c, m->msg_iov[i].iov_base, n);
        size -= n;
    }
}

// sendmsg and sendmmsg: the lengths sent come back in the headers of the latter.
static int send_messages(struct call *c, struct mmsghdr *many, const struct msghdr *one) {
    struct replay_event e = {0};
    if (peers_call(c)) return call_returns(c, c->result);
    bool replay = run_mode == RUN_REPLAY;
    if (replay) {
        const struct replay_event *logged = call_replay(c);
        if (!logged) return send_messages(c, many, one);
        e = *logged;
    } else {
        int again = call_perform_until_done(c);
        if (again >= 0) return again;
    }
    uint32_t lengths[64] = {0};
    long count = many && c->result > 0 ? c->result < 64 ? c->result : 64 : 0;
    if (many && (uint64_t)count > c->args[2]) count = (long)c->args[2];
    if (replay) os_copy(lengths, e.blob, e.blob_size < sizeof lengths ? e.blob_size : sizeof lengths);
    else for (long i = 0; i < count; i++) lengths[i] = many[i].msg_len;
    call_check(c);
    if (one && c->result > 0) check_message(c, one, (size_t)c->result);
    for (long i = 0; i < count; i++) check_message(c, &many[i].msg_hdr, lengths[i]);
    if (!replay) {
        call_add_piece(c, lengths, (size_t)count * 4);
        return call_log_checked(c, NULL);
    }
    if (!call_replay_done_checked(c, &e, c->check)) return send_messages(c, many, one);
    for (long i = 0; i < count; i++) many[i].msg_len = lengths[i];
    return call_returns(c, c->result);
}

int call_message_out(struct call *c) { return send_messages(c, NULL, (const void *)c->args[1]); }
int call_messages_out(struct call *c) { return send_messages(c, (void *)c->args[1], NULL); }

// recvmmsg: as a series of recvmsg would be, in one event; a few at a time, which its callers are used to.
// The bytes of all messages are one stream.
#define MESSAGES_AT_ONCE 4

// What is stored beside the bytes: the lengths, then name length and name of each message.
static void messages_pieces(struct call *c, struct mmsghdr *many, uint32_t *lengths) {
    if (c->result <= 0) return;
    call_add_piece(c, lengths, (size_t)c->result * 4);
    for (long i = 0; i < c->result; i++) call_add_piece(c, &many[i].msg_hdr.msg_namelen, 4);
    for (long i = 0; i < c->result; i++)
        call_add_piece(c, many[i].msg_hdr.msg_name, many[i].msg_hdr.msg_name ? many[i].msg_hdr.msg_namelen : 0);
}

static int messages_replay(struct call *c, struct mmsghdr *many) {
    struct replay_event e;
    if (!call_replayed(c, &e)) return call_messages_in(c);
    uint64_t count = c->result > 0 ? (uint64_t)c->result : 0;
    if (count > MESSAGES_AT_ONCE || count > c->args[2] || e.blob_size < count * 8) count = 0; // the log is damaged
    const uint8_t *stream = e.stream, *name = e.blob + count * 8;
    for (uint64_t i = 0; i < count; i++) {
        struct msghdr *m = &many[i].msg_hdr;
        uint32_t name_room = m->msg_namelen;
        size_t left = e.stream_size - (size_t)(stream - e.stream), name_left = e.blob_size - (size_t)(name - e.blob);
        os_copy(&many[i].msg_len, e.blob + 4 * i, 4);
        os_copy(&m->msg_namelen, e.blob + 4 * (count + i), 4);
        size_t n = many[i].msg_len < m->msg_iov[0].iov_len ? many[i].msg_len : m->msg_iov[0].iov_len;
        if (n > left) n = left;
        os_copy(m->msg_iov[0].iov_base, stream, n);
        stream += n;
        if (!m->msg_name || m->msg_namelen > name_left || m->msg_namelen > name_room) continue;
        os_copy(m->msg_name, name, m->msg_namelen);
        name += m->msg_namelen;
    }
    return call_returns(c, c->result);
}

static long messages_perform(struct call *c, uint64_t args[6]) {
    if (drops && !drop_before(c)) return c->result;
    if (drops) args[2] = 1; // those behind it have not been looked at
    return os_call_interruptible((long)c->nr, args);
}

int call_messages_in(struct call *c) {
    struct mmsghdr *many = (void *)c->args[1];
    if (run_mode == RUN_REPLAY) return messages_replay(c, many);
    uint32_t lengths[MESSAGES_AT_ONCE] = {0};
    struct iovec bytes[MESSAGES_AT_ONCE];
    uint64_t room = c->args[2] < MESSAGES_AT_ONCE ? c->args[2] : MESSAGES_AT_ONCE;
    uint64_t args[6] = {c->args[0], c->args[1], room, c->args[3], c->args[4], 0};
    uint32_t name_rooms[MESSAGES_AT_ONCE];
    for (uint64_t i = 0; i < room; i++) name_rooms[i] = many[i].msg_hdr.msg_namelen;
    for (uint64_t i = 0; i < room; i++)
        if (many[i].msg_hdr.msg_iovlen != 1 || many[i].msg_hdr.msg_control) return call_uncontrolled(c);
    if (run_mode == RUN_LIVE && peers_live() && call_may_block(c)) {
        peers_wait_outside(c);
        args[3] |= MSG_WAITFORONE;
    }
    do c->result = messages_perform(c, args);
    while (c->result == INTERRUPTED && !thread_self()->pending);
    if (c->result == INTERRUPTED) c->result = -4;
    struct log_payload p = {.fd = (int)c->args[0], .stream = bytes};
    for (long i = 0; i < c->result && run_mode == RUN_LIVE; i++)
        peers_received(p.fd, c->args[3] & MSG_PEEK, many[i].msg_hdr.msg_name, &many[i].msg_hdr.msg_namelen, name_rooms[i]);
    for (long i = 0; i < c->result; i++) {
        const struct iovec *into = many[i].msg_hdr.msg_iov;
        lengths[i] = many[i].msg_len;
        bytes[i] = (struct iovec){into->iov_base, lengths[i] < into->iov_len ? lengths[i] : into->iov_len};
        p.stream_size += bytes[i].iov_len;
        p.stream_count++;
    }
    messages_pieces(c, many, lengths);
    return call_log(c, c->result > 0 ? &p : NULL);
}
