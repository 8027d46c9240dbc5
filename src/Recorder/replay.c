// Reads the event log of the source run, for replay.
//
// Where: in the hook of a replayed program. Segments are mapped read-only, one at a time.
// Rules: no byte of the log is believed before it is checked against the segment's bounds.
#include "replay.h"

#include "control.h"
#include "log_streams.h"
#include "log.h"
#include "os.h"

#include <fcntl.h>
#include <sys/syscall.h>

static char events_directory[1100];
static const uint8_t *base, *at, *end; // of the mapped segment
static size_t mapped_size;
static unsigned next_index;
static struct replay_event current;
static const uint8_t *current_end;
static bool have_current;
static struct log_streams streams;
static uint64_t last_delta[16 + 2];
const char *replay_damage;
static char damage_text[256];

static int damaged(const char *what) {
    os_format(damage_text, sizeof damage_text, "%s/%s%u.seg is damaged: %s", events_directory,
              log_zeros(next_index),
              (uint64_t)next_index, what);
    replay_damage = damage_text;
    return -74; // EBADMSG
}

static int check_header(const struct sh_segment *s, size_t size) {
    if (size < sizeof *s) return damaged("shorter than its header");
    if (s->magic != SH_SEGMENT_MAGIC) return damaged("no event segment");
    if (s->abi_version != SH_ABI_VERSION) return damaged("written by another version of the recorder");
    if (s->index != next_index) return damaged("it belongs to another place in the log");
    if (s->committed < sizeof *s || s->committed > size) return damaged("truncated");
    if (s->sealed && s->crc != os_crc(0, s + 1, s->committed - sizeof *s)) return damaged("its checksum does not match");
    return 0;
}

// Maps the next segment. 0, -2 (ENOENT) at the end of the log, or another negative errno.
static int next_segment(void) {
    char path[1200];
    os_format(path, sizeof path, "%s/%s%u.seg", events_directory,
              log_zeros(next_index),
              (uint64_t)next_index);
    int fd = os_open(path, O_RDONLY, 0);
    if (fd < 0) return fd;
    long size = OS3(SYS_lseek, fd, 0, SEEK_END);
    const uint8_t *fresh = size > 0 ? os_map_file(fd, (size_t)size, 0, false) : NULL;
    os_close(fd);
    if (size == 0) return damaged("empty");
    if (!fresh) return -12;
    const struct sh_segment *header = (const void *)fresh;
    int failed = check_header(header, (size_t)size);
    if (failed) {
        os_unmap((void *)fresh, (size_t)size);
        return failed;
    }
    if (base) os_unmap((void *)base, mapped_size);
    base = fresh;
    mapped_size = (size_t)size;
    at = base + sizeof *header;
    end = base + header->committed;
    log_streams_start(&streams);
    next_index++;
    return 0;
}

int replay_open(const char *run, unsigned first_segment, char *text, size_t size) {
    next_index = first_segment;
    os_format(events_directory, sizeof events_directory, "%s/events", run);
    int failed = next_segment();
    if (failed && !replay_damage) {
        os_format(damage_text, sizeof damage_text, "%s holds no event log (error %d): record the run again", run, (int64_t)-failed);
        replay_damage = damage_text;
    }
    if (failed) os_format(text, size, "%s", replay_damage);
    return failed;
}

int replay_next_segment(void) {
    char path[1200];
    os_format(path, sizeof path, "%s/%s%u.seg", events_directory, log_zeros(next_index), (uint64_t)next_index);
    int fd = os_open(path, O_RDONLY, 0);
    if (fd < 0) return -1;
    os_close(fd);
    return (int)next_index;
}

static bool take(const uint8_t **p, void *to, size_t n) {
    if ((size_t)(end - *p) < n) return false;
    os_copy(to, *p, n);
    *p += n;
    return true;
}

static bool read_delta(const uint8_t **p, struct replay_event *e) {
    bool more = e->check & SH_DELTA_MORE;
    uint64_t zigzag = more ? e->check & (SH_DELTA_MORE - 1) : (uint64_t)e->check << 1;
    uint8_t byte = more ? 0x80 : 0;
    for (unsigned shift = SH_DELTA_BITS; byte & 0x80; shift += 7) {
        if (shift > 63 || !take(p, &byte, 1)) return false;
        zigzag |= (uint64_t)(byte & 0x7f) << shift;
    }
    bool clock = e->code >= SH_EVENT_CLOCK && e->code < SH_EVENT_CLOCK + 16;
    if (!clock && e->code != SH_EVENT_TSC) return false;
    uint64_t *last = &last_delta[clock ? e->code - SH_EVENT_CLOCK : 16];
    e->result = (int64_t)(*last + ((zigzag >> 1) ^ (0 - (zigzag & 1))));
    return true;
}

static bool read_result(const uint8_t **p, struct replay_event *e) {
    uint8_t small;
    uint32_t medium;
    e->result = 0;
    switch (e->result_form) {
    case SH_RESULT_ONE: e->result = 1; return true;
    case SH_RESULT_U8: return take(p, &small, 1) && (e->result = small, true);
    case SH_RESULT_ERRNO: return take(p, &small, 1) && (e->result = -(int64_t)small, true);
    case SH_RESULT_U32: return take(p, &medium, 4) && (e->result = medium, true);
    case SH_RESULT_U64: return take(p, &e->result, 8);
    case SH_RESULT_DELTA: return read_delta(p, e);
    default: return true;
    }
}

static bool read_bytes(const uint8_t **p, size_t n, const uint8_t **bytes, size_t *size) {
    if ((size_t)(end - *p) < n) return false;
    *bytes = *p;
    *size = n;
    *p += n;
    return true;
}

static bool read_payload(const uint8_t **p, unsigned form, struct replay_event *e) {
    uint16_t fd;
    uint32_t n;
    uint8_t small;
    switch (form) {
    case SH_PAYLOAD_NONE: return true;
    case SH_PAYLOAD_STREAM:
    case SH_PAYLOAD_STREAM_FD8:
    case SH_PAYLOAD_STREAM_NEXT:
        if (form == SH_PAYLOAD_STREAM_FD8 && !take(p, &small, 1)) return false;
        e->fd = form == SH_PAYLOAD_STREAM ? streams.last : form == SH_PAYLOAD_STREAM_FD8 ? small : streams.next;
        if (e->result_form == SH_RESULT_COUNT) {
            e->result = (int64_t)streams.size;
            e->result_form = SH_RESULT_U32;
        }
        return e->result >= 0 && e->fd >= 0 && read_bytes(p, (size_t)e->result, &e->stream, &e->stream_size);
    case SH_PAYLOAD_STREAM_FD:
    case SH_PAYLOAD_STREAM_BLOB:
        if (!take(p, &fd, 2) || !take(p, &n, 4) || !read_bytes(p, n, &e->stream, &e->stream_size)) return false;
        e->fd = fd;
        if (form == SH_PAYLOAD_STREAM_FD) return true;
        break;
    case SH_PAYLOAD_BLOB: return take(p, &small, 1) && read_bytes(p, small, &e->blob, &e->blob_size);
    case SH_PAYLOAD_BLOB32: break;
    default: return false;
    }
    return take(p, &n, 4) && read_bytes(p, n, &e->blob, &e->blob_size);
}

const struct replay_event *replay_peek(void) {
    if (have_current) return &current;
    while (at == end) {
        if (replay_damage || !base) return NULL;
        if (next_segment()) return NULL;
    }
    const uint8_t *p = at;
    uint16_t head;
    current = (struct replay_event){.fd = -1};
    bool good = take(&p, &head, 2) && take(&p, &current.check, 2);
    if (good) {
        current.code = head & 0x3ff;
        current.result_form = head >> 10 & 7;
        good = read_result(&p, &current) && read_payload(&p, head >> 13, &current);
    }
    if (!good) {
        next_index--;
        damaged("an event does not fit");
        next_index++;
        at = end;
        return NULL;
    }
    current_end = p;
    have_current = true;
    return &current;
}

void replay_take(void) {
    if (!have_current) return;
    have_current = false;
    at = current_end;
    if (current.fd >= 0) log_streams_note(&streams, current.fd, current.stream_size);
    if (current.result_form == SH_RESULT_DELTA)
        last_delta[current.code == SH_EVENT_TSC ? 16 : current.code - SH_EVENT_CLOCK] = (uint64_t)current.result;
    control->events++;
    bool last = current.code == SH_EVENT_END || current.code == SH_EVENT_FAILURE || current.code == SH_EVENT_STOPPED || current.code == SH_EVENT_EXEC;
    if (at == end && !last && replay_next_segment() < 0) replay_ran_out();
}

int64_t replay_result(const struct replay_event *e, uint64_t count) {
    return e->result_form == SH_RESULT_COUNT ? (int64_t)count : e->result;
}

int replay_makes_descriptor(const struct replay_event *e, int *from) {
    int names[2]; // of a duplicate: from, to
    bool named = e->blob_size == sizeof names;
    *from = -1;
    if (e->result < 0 && e->result_form != SH_RESULT_COUNT) return -1; // shortened against an argument
    switch (e->code) {
    case SYS_fcntl:
        if (!named) return -1;
        /* fallthrough */
    case SYS_dup: case SYS_dup2: case SYS_dup3:
        if (!named) return (int)e->result;
        os_copy(names, e->blob, sizeof names);
        *from = names[0];
        return names[1];
    case SYS_open: case SYS_openat: case SYS_openat2: case SYS_creat: case SYS_memfd_create: case SYS_accept: case SYS_accept4: case SYS_socket:
    case SYS_epoll_create: case SYS_epoll_create1: case SYS_eventfd: case SYS_eventfd2: case SYS_timerfd_create: case SYS_signalfd: case SYS_signalfd4:
    case SYS_inotify_init: case SYS_inotify_init1: case SYS_pidfd_open: return (int)e->result;
    default: return -1;
    }
}
