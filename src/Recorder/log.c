// The event log of this run: append only, in mapped segments.
//
// Where: in the hook and in signal handlers of ours; never in the program's own code.
// Rules: what is committed survives a SIGKILL: bytes first, then `committed`. Blocks of the file are
//        allocated before they are touched, so that a full disk is an error code and not a SIGBUS.
// Invariant: LOG_RESERVE bytes stay free at the end of each segment for a last STOPPED event.
#include "log.h"

#include "control.h"
#include "log_streams.h"
#include "os.h"

#include <fcntl.h>
#include <sys/syscall.h>

#define LOG_RESERVE 512ul
#define LOG_SEGMENT_FIRST (256 * 1024ul)
#define LOG_SEGMENT_LARGEST (16 * 1024 * 1024ul)

HOT_DATA static struct sh_segment *segment; // NULL: closed
HOT_DATA static uint8_t *at, *end;          // next byte; first byte that is not ours to use
HOT_DATA static uint8_t *last_event;        // start of the last event, for log_undo
static size_t segment_size;
static unsigned segment_index;
static bool premade; // the engine made the first segment, with its blocks, and will trim it
HOT_DATA static struct log_streams streams;
HOT_DATA static uint64_t last_delta[16 + 2];

bool log_is_open(void) { return segment != NULL; }

static void segment_path(char *path, unsigned size) {
    char name[64];
    os_format(name, sizeof name, "events/%s%u.seg", log_zeros(segment_index), (uint64_t)segment_index);
    control_path(path, size, name);
}

// The first segment, made by the engine: zeros, at least `size` bytes. Creating a file takes longer than all
// else at start.
static int open_premade(const char *path, size_t *size) {
    uint64_t magic = 1;
    int fd = os_open(path, O_RDWR, 0);
    if (fd < 0) return fd;
    long length = OS3(SYS_lseek, fd, 0, SEEK_END);
    premade = length >= (long)*size && OS4(SYS_pread64, fd, &magic, sizeof magic, 0) == sizeof magic && !magic;
    if (premade) *size = (size_t)length;
    else os_close(fd);
    return premade ? fd : -17; // EEXIST
}

static int create_file(size_t *wanted) {
    char path[1200];
    size_t size = *wanted;
    segment_path(path, sizeof path);
    premade = false;
    int made = segment_index == 0 ? open_premade(path, wanted) : -2;
    if (made != -2 /* ENOENT */) return made;
    int fd = os_open(path, O_RDWR | O_CREAT | O_EXCL, 0666);
    if (fd < 0) return fd;
    int failed = (int)OS4(SYS_fallocate, fd, 0, 0, size);
    if (failed == -95 /* EOPNOTSUPP */) failed = (int)OS2(SYS_ftruncate, fd, size);
    if (failed) {
        OS1(SYS_unlink, path);
        os_close(fd);
        return failed;
    }
    return fd;
}

static int open_segment(size_t needed) {
    size_t size = segment_index == 0 ? LOG_SEGMENT_FIRST : segment_index == 1 ? LOG_SEGMENT_FIRST * 8 : LOG_SEGMENT_LARGEST;
    needed += sizeof(struct sh_segment) + LOG_RESERVE + PAGE;
    if (size < needed) size = (needed + PAGE - 1) & ~(PAGE - 1);
    int fd = create_file(&size);
    if (fd < 0) return fd;
    struct sh_segment *fresh = os_map_file(fd, size, 0, true);
    os_close(fd);
    if (!fresh) return -12;
    fresh->abi_version = SH_ABI_VERSION;
    fresh->index = segment_index;
    fresh->first_event = control->events;
    fresh->committed = sizeof *fresh;
    __atomic_store_n(&fresh->magic, SH_SEGMENT_MAGIC, __ATOMIC_RELEASE);
    segment = fresh;
    segment_size = size;
    at = (uint8_t *)(fresh + 1);
    end = (uint8_t *)fresh + size - LOG_RESERVE;
    log_streams_start(&streams);
    return 0;
}


static void truncate_file(uint64_t size) {
    char path[1200];
    segment_path(path, sizeof path);
    OS2(SYS_truncate, path, size);
}

static void seal(struct sh_segment *closing, size_t mapped) {
    closing->crc = os_crc(0, closing + 1, closing->committed - sizeof *closing);
    __atomic_store_n(&closing->sealed, 1, __ATOMIC_RELEASE);
    uint64_t size = closing->committed;
    os_unmap(closing, mapped);
    if (!premade) truncate_file(size);
}

void log_close(void) {
    if (!segment) return;
    struct sh_segment *closing = segment;
    segment = NULL;
    seal(closing, segment_size);
}

unsigned log_next_segment(void) { return segment_index + 1; }

int log_open(unsigned first_segment) {
    if (first_segment) { // the image before this one could not know that its exec would succeed
        segment_index = first_segment - 1;
        char path[1200];
        segment_path(path, sizeof path);
        int fd = os_open(path, O_RDWR, 0);
        long size = fd >= 0 ? OS3(SYS_lseek, fd, 0, SEEK_END) : 0;
        struct sh_segment *last = size >= (long)sizeof *last ? os_map_file(fd, (size_t)size, 0, true) : NULL;
        if (fd >= 0) os_close(fd);
        if (last && !last->sealed && last->committed <= (uint64_t)size) seal(last, (size_t)size);
    }
    segment_index = first_segment;
    return open_segment(0);
}

// Room for one event of at most `size` bytes, or NULL when the log has to stop.
static uint8_t *reserve(size_t size) {
    if (__builtin_expect(at + size <= end, 1)) return at;
    log_close();
    segment_index++;
    int failed = open_segment(size);
    if (!failed) return at;
    segment_index--; // what follows (a STOPPED event) has no segment any more
    log_failed(failed);
    return NULL;
}

static void commit(uint8_t *event, uint8_t *behind) {
    last_event = event;
    at = behind;
    control->log_bytes += (uint64_t)(behind - event);
    control->events++;
    __atomic_store_n(&segment->committed, (uint64_t)(behind - (uint8_t *)segment), __ATOMIC_RELEASE);
}

void log_undo(void) {
    if (!segment || !last_event) return;
    control->log_bytes -= (uint64_t)(at - last_event);
    control->events--;
    at = last_event;
    last_event = NULL;
    __atomic_store_n(&segment->committed, (uint64_t)(at - (uint8_t *)segment), __ATOMIC_RELEASE);
}

static inline uint8_t *put16(uint8_t *to, uint16_t value) { __builtin_memcpy(to, &value, 2); return to + 2; }
static inline uint8_t *put32(uint8_t *to, uint32_t value) { __builtin_memcpy(to, &value, 4); return to + 4; }
static inline uint8_t *put64(uint8_t *to, uint64_t value) { __builtin_memcpy(to, &value, 8); return to + 8; }

static inline unsigned result_form(int64_t result, uint64_t count) {
    if (result == 0) return SH_RESULT_ZERO;
    if (result == 1) return SH_RESULT_ONE;
    if (result > 0 && (uint64_t)result == count) return SH_RESULT_COUNT;
    if (result > 0 && result < 256) return SH_RESULT_U8;
    if (result < 0 && result >= -255) return SH_RESULT_ERRNO;
    return result > 0 && result <= UINT32_MAX ? SH_RESULT_U32 : SH_RESULT_U64;
}

static inline uint8_t *put_result(uint8_t *to, unsigned form, int64_t result) {
    switch (form) {
    case SH_RESULT_U8: *to = (uint8_t)result; return to + 1;
    case SH_RESULT_ERRNO: *to = (uint8_t)-result; return to + 1;
    case SH_RESULT_U32: return put32(to, (uint32_t)result);
    case SH_RESULT_U64: return put64(to, (uint64_t)result);
    default: return to;
    }
}

static uint8_t *put_pieces(uint8_t *to, const struct iovec *pieces, unsigned count, size_t size) {
    for (unsigned i = 0; i < count && size; i++) {
        size_t n = pieces[i].iov_len < size ? pieces[i].iov_len : size;
        os_copy(to, pieces[i].iov_base, n);
        to += n;
        size -= n;
    }
    return to;
}

// The form of input from `fd` whose length is the call's result.
static inline unsigned stream_form(int fd) {
    if (fd == streams.last) return SH_PAYLOAD_STREAM;
    return fd == streams.next ? SH_PAYLOAD_STREAM_NEXT : fd < 256 ? SH_PAYLOAD_STREAM_FD8 : SH_PAYLOAD_STREAM_FD;
}

static inline unsigned payload_form(const struct log_payload *p, int64_t result) {
    if (!p) return SH_PAYLOAD_NONE;
    if (p->fd >= 0) {
        if (p->blob_size) return SH_PAYLOAD_STREAM_BLOB;
        return (int64_t)p->stream_size == result ? stream_form(p->fd) : SH_PAYLOAD_STREAM_FD;
    }
    return !p->blob_size ? SH_PAYLOAD_NONE : p->blob_size < 256 ? SH_PAYLOAD_BLOB : SH_PAYLOAD_BLOB32;
}

HOT void log_append(unsigned code, uint32_t check, int64_t result, uint64_t count, const struct log_payload *p) {
    if (!segment) return;
    size_t size = p ? p->blob_size + (p->fd >= 0 ? p->stream_size : 0) : 0;
    uint8_t *event = reserve(size + 32);
    if (!event) return;
    unsigned payload = payload_form(p, result);
    // a stream's length is its result, which therefore has to be in the log
    unsigned form = result_form(result, log_length_is_result(payload) ? streams.size : count);
    uint8_t *to = put16(event, SH_HEAD(code, form, payload));
    to = put_result(put16(to, (uint16_t)check), form, result);
    if (payload == SH_PAYLOAD_STREAM_FD8) *to++ = (uint8_t)p->fd;
    if (payload == SH_PAYLOAD_STREAM_FD || payload == SH_PAYLOAD_STREAM_BLOB)
        to = put32(put16(to, (uint16_t)p->fd), (uint32_t)p->stream_size);
    if (p && p->fd >= 0) {
        to = put_pieces(to, p->stream, p->stream_count, p->stream_size);
        log_streams_note(&streams, p->fd, p->stream_size);
    }
    if (payload == SH_PAYLOAD_BLOB) *to++ = (uint8_t)p->blob_size;
    if (payload == SH_PAYLOAD_BLOB32 || payload == SH_PAYLOAD_STREAM_BLOB) to = put32(to, (uint32_t)p->blob_size);
    if (p && p->blob_size) to = put_pieces(to, p->blob, p->blob_count, p->blob_size);
    control->input_bytes += size;
    commit(event, to);
}

bool log_append_fast(unsigned code, uint32_t check, long result, uint64_t count, int fd, const void *bytes) {
    size_t size = bytes ? (size_t)result : 0;
    uint8_t *event = at;
    unsigned payload = bytes ? stream_form(fd) : SH_PAYLOAD_NONE;
    if (event + size + 16 > end || !segment || payload == SH_PAYLOAD_STREAM_FD) return false;
    unsigned form = result_form(result, bytes ? streams.size : count);
    uint8_t *to = put_result(put16(put16(event, SH_HEAD(code, form, payload)), (uint16_t)check), form, result);
    if (payload == SH_PAYLOAD_STREAM_FD8) *to++ = (uint8_t)fd;
    if (bytes) log_streams_note(&streams, fd, size);
    if (size == 1) *to = *(const uint8_t *)bytes;
    else if (size) os_copy(to, bytes, size);
    control->input_bytes += size;
    commit(event, to + size);
    return true;
}

void log_append_blob(unsigned code, int64_t result, const void *bytes, size_t size) {
    struct iovec piece = {(void *)bytes, size};
    struct log_payload p = {.fd = -1, .blob = &piece, .blob_count = 1, .blob_size = size};
    log_append(code, 0, result, 0, &p);
}

HOT void log_append_delta(unsigned code, uint64_t value) {
    if (!segment) return;
    uint8_t *event = reserve(32);
    if (!event) return;
    uint64_t *last = &last_delta[code == SH_EVENT_TSC ? 16 : code - SH_EVENT_CLOCK];
    int64_t delta = (int64_t)(value - *last);
    *last = value;
    bool small = (uint64_t)delta < SH_DELTA_MORE;
    uint64_t zigzag = (uint64_t)delta << 1 ^ (uint64_t)(delta >> 63), rest = zigzag >> SH_DELTA_BITS;
    uint16_t low = small ? (uint16_t)delta : (uint16_t)zigzag | SH_DELTA_MORE;
    uint8_t *to = put16(put16(event, SH_HEAD(code, SH_RESULT_DELTA, SH_PAYLOAD_NONE)), low);
    if (!small) {
        for (; rest >= 0x80; rest >>= 7) *to++ = (uint8_t)(rest | 0x80);
        *to++ = (uint8_t)rest;
    }
    commit(event, to);
}
