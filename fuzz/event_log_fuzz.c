// Feeds arbitrary bytes to the reader of the event log (src/Recorder/replay.c) and checks what it gives out.
//
//   clang -g -O1 -msse4.2 -fsanitize=fuzzer,address,undefined -Isrc/Recorder fuzz/event_log_fuzz.c src/Recorder/replay.c
//   gcc -g -O1 -msse4.2 -fsanitize=address,undefined -DFUZZ_MAIN -Isrc/Recorder fuzz/event_log_fuzz.c src/Recorder/replay.c
//       then: ./a.out [ITERATIONS [SEED [SEGMENT FILE]...]]: mutations of good logs, the same in each run with the
//       same seed
// How:  an input is the segments one behind the other; each begins with the segment's magic number. What os.c
//       does is done here by libc, so that the sanitizers see each byte that is read beyond the end.
#include "control.h"
#include "log_streams.h"
#include "os.h"
#include "replay.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define REQUIRE(condition)                                                    \
    do {                                                                      \
        if (!(condition)) {                                                   \
            fprintf(stderr, "broken: %s (line %d)\n", #condition, __LINE__);  \
            abort();                                                          \
        }                                                                     \
    } while (0)

// ---------------------------------------------------------------- in place of the recorder's other parts
static struct sh_control page;
struct sh_control *control = &page;
static unsigned ran_out;
void replay_ran_out(void) { ran_out++; }

#define SEGMENTS_MAX 8
static struct {
    const uint8_t *bytes;
    size_t size;
} segments[SEGMENTS_MAX];
static unsigned segment_count;
static int descriptors[SEGMENTS_MAX];

int os_open(const char *path, int flags, int mode) {
    (void)flags, (void)mode;
    const char *name = strrchr(path, '/');
    REQUIRE(name && strlen(name) == 11 && strcmp(name + 7, ".seg") == 0);
    unsigned long index = strtoul(name + 1, NULL, 10);
    if (index >= segment_count)
        return -2;
    int fd = memfd_create("segment", 0); // the reader asks the kernel for its size
    REQUIRE(fd >= 0 && ftruncate(fd, (off_t)segments[index].size) == 0);
    for (unsigned i = 0; i < SEGMENTS_MAX; i++)
        if (descriptors[i] <= 0) {
            descriptors[i] = fd;
            REQUIRE(lseek(fd, 0, SEEK_SET) == 0);
            REQUIRE(write(fd, segments[index].bytes, segments[index].size) == (ssize_t)segments[index].size);
            return fd;
        }
    REQUIRE(!"too many open segments");
    return -1;
}

void os_close(int fd) {
    for (unsigned i = 0; i < SEGMENTS_MAX; i++)
        if (descriptors[i] == fd)
            descriptors[i] = 0;
    close(fd);
}

void *os_map_file(int fd, size_t size, uint64_t offset, bool writable) {
    REQUIRE(offset == 0 && !writable && size > 0);
    uint8_t *copy = malloc(size); // exact, so that a read beyond the end is seen
    REQUIRE(copy && pread(fd, copy, size, 0) == (ssize_t)size);
    return copy;
}
void os_unmap(void *address, size_t size) { (void)size, free(address); }
void *os_copy(void *to, const void *from, size_t n) { return n ? memcpy(to, from, n) : to; }

uint32_t os_crc(uint32_t crc, const void *data, size_t n) {
    const uint8_t *bytes = data;
    while (n--)
        crc = __builtin_ia32_crc32qi(crc, *bytes++);
    return crc;
}

void os_format(char *to, size_t size, const char *format, ...) {
    va_list list;
    va_start(list, format);
    size_t used = 0;
    for (; *format && used + 1 < size; format++) {
        char piece[1200] = {*format, 0};
        if (*format == '%' && *++format == 's')
            snprintf(piece, sizeof piece, "%s", va_arg(list, const char *));
        else if (format[-1] == '%')
            snprintf(piece, sizeof piece, "%lu", va_arg(list, uint64_t));
        used += (size_t)snprintf(to + used, size - used, "%s", piece);
    }
    va_end(list);
}

// ---------------------------------------------------------------- the target
static void split(const uint8_t *data, size_t size) {
    static const uint64_t magic = SH_SEGMENT_MAGIC;
    size_t start = 0;
    segment_count = 0;
    for (size_t at = 1; at <= size && segment_count < SEGMENTS_MAX; at++) {
        bool border = at == size || (at + 8 <= size && memcmp(data + at, &magic, 8) == 0);
        if (!border)
            continue;
        segments[segment_count].bytes = data + start;
        segments[segment_count++].size = at - start;
        start = at;
    }
}

static uint64_t events, damages;
static volatile uint8_t sink;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char text[256];
    split(data, size);
    replay_damage = NULL;
    ran_out = 0;
    page.events = 0;
    int failed = replay_open("/run", 0, text, sizeof text);
    if (failed) {
        REQUIRE(failed < 0 && replay_damage && *replay_damage && memchr(text, 0, sizeof text) && *text);
        damages++;
        return 0;
    }
    const struct replay_event *e;
    while ((e = replay_peek())) {
        REQUIRE(e == replay_peek() && e->code < 1024 && e->result_form <= 7);
        REQUIRE(e->fd >= -1 && e->fd <= 0xffff);
        for (size_t i = 0; i < e->stream_size; i++)
            sink ^= e->stream[i];
        for (size_t i = 0; i < e->blob_size; i++)
            sink ^= e->blob[i];
        (void)replay_result(e, 7);
        uint64_t before = page.events;
        replay_take();
        REQUIRE(page.events == before + 1 && page.events <= size / 4 && ran_out <= 1);
    }
    REQUIRE(!replay_damage || *replay_damage);
    events += page.events;
    damages += replay_damage != NULL;
    return 0;
}

#ifdef FUZZ_MAIN
static uint64_t state;
static uint32_t draw(uint32_t below) { // xorshift64*
    state ^= state >> 12, state ^= state << 25, state ^= state >> 27;
    return (uint32_t)((state * 0x2545f4914f6cdd1dull) >> 32) % below;
}

#define ROOM (1 << 20)
static uint8_t log_bytes[ROOM], good[ROOM] __attribute__((aligned(8)));

static uint8_t *put(uint8_t *to, const void *from, size_t n) {
    memcpy(to, from, n);
    return to + n;
}
static uint8_t *put_number(uint8_t *to, uint64_t value, size_t n) { return put(to, &value, n); }

// One event of each form, with what the form needs.
static uint8_t *put_event(uint8_t *to, unsigned code, unsigned result, unsigned payload) {
    static const size_t result_sizes[8] = {0, 0, 1, 1, 4, 8, 2, 0};
    uint8_t bytes[64] = {5, 0, 0, 0, 7, 7, 7, 7};
    if (result == SH_RESULT_DELTA)
        code = SH_EVENT_CLOCK + 1, bytes[0] = 0x85;
    if (log_length_is_result(payload) && (result == SH_RESULT_ERRNO || result == SH_RESULT_DELTA))
        payload = SH_PAYLOAD_NONE;
    to = put_number(put_number(to, SH_HEAD(code, result, payload), 2), result == SH_RESULT_DELTA ? 0x8123 : draw(65536), 2);
    if (result == SH_RESULT_U64)
        memset(bytes + 4, 0, 4);
    to = put(to, bytes, result_sizes[result]);
    size_t stream = result == SH_RESULT_ONE ? 1 : result_sizes[result] ? 5 : 0;
    if (payload == SH_PAYLOAD_STREAM_FD8)
        to = put_number(to, 7, 1);
    if (log_length_is_result(payload))
        return put(to, bytes, stream);
    if (payload == SH_PAYLOAD_STREAM_FD || payload == SH_PAYLOAD_STREAM_BLOB)
        to = put(put_number(put_number(to, 3, 2), 9, 4), bytes, 9);
    if (payload == SH_PAYLOAD_BLOB)
        return put(put_number(to, 20, 1), bytes, 20);
    if (payload == SH_PAYLOAD_BLOB32 || payload == SH_PAYLOAD_STREAM_BLOB)
        to = put(put_number(to, 33, 4), bytes, 33);
    return to;
}

static size_t make_segment(uint8_t *to, unsigned index, bool sealed) {
    struct sh_segment head = {.magic = SH_SEGMENT_MAGIC, .abi_version = SH_ABI_VERSION, .index = index, .sealed = sealed};
    uint8_t *at = put_event(to + sizeof head, 0, SH_RESULT_ZERO, SH_PAYLOAD_STREAM_FD);
    for (unsigned i = 0; i < 60; i++)
        at = put_event(at, draw(400), i % 8, i / 8 % 8);
    head.committed = (uint64_t)(at - to);
    head.crc = os_crc(0, to + sizeof head, head.committed - sizeof head);
    memcpy(to, &head, sizeof head);
    return head.committed;
}

static size_t mutate(uint8_t *bytes, size_t size) {
    for (unsigned rounds = 1 + draw(4); rounds; rounds--) {
        size_t at = draw((uint32_t)size + 1), n = draw((uint32_t)(size - at) + 1);
        switch (draw(6)) {
        case 0: if (at < size) bytes[at] = (uint8_t)draw(256); break;
        case 1: if (at < size) bytes[at] ^= (uint8_t)(1u << draw(8)); break;
        case 2: size = at; break; // truncated
        case 3: // a hole
            memmove(bytes + at, bytes + at + n, size - at - n);
            size -= n;
            break;
        case 4: // a part twice
            if (size + n > ROOM) break;
            memmove(bytes + at + n, bytes + at, size - at);
            size += n;
            break;
        default: // zeros, as a crash leaves them
            memset(bytes + at, 0, n);
        }
    }
    return size;
}

// So that not only the header is tested.
static void repair(uint8_t *bytes, size_t size) {
    struct sh_segment head;
    if (size < sizeof head)
        return;
    memcpy(&head, bytes, sizeof head);
    head.magic = SH_SEGMENT_MAGIC, head.abi_version = SH_ABI_VERSION, head.index = 0;
    head.sealed = 0;
    head.committed = size;
    memcpy(bytes, &head, sizeof head);
}

int main(int argc, char **argv) {
    unsigned long iterations = argc > 1 ? strtoul(argv[1], NULL, 10) : 50000;
    unsigned long seed = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
    state = seed * 0x9e3779b97f4a7c15ull + 1;
    for (unsigned long i = 0; i < iterations; i++) {
        size_t size = 0;
        unsigned from_file = argc > 3 ? draw(2) : 0;
        if (from_file) {
            FILE *file = fopen(argv[3 + i % (unsigned)(argc - 3)], "rb");
            REQUIRE(file);
            size = fread(good, 1, ROOM / 2, file);
            fclose(file);
            uint64_t committed = ((const struct sh_segment *)(const void *)good)->committed;
            size = committed < size ? committed : size; // a killed run's file is longer
        } else {
            for (unsigned index = 0; index < 1 + i % 3; index++)
                size += make_segment(good + size, index, index % 2);
        }
        if (i < 8) { // what is good is accepted
            uint64_t before = damages;
            LLVMFuzzerTestOneInput(good, size);
            if (replay_damage)
                fprintf(stderr, "%s\n", replay_damage);
            REQUIRE(damages == before && page.events > 0);
        }
        memcpy(log_bytes, good, size);
        size = mutate(log_bytes, size);
        if (draw(2))
            repair(log_bytes, size);
        LLVMFuzzerTestOneInput(log_bytes, size);
    }
    printf("event_log_fuzz: %lu inputs, seed %lu, %lu events read, %lu logs found damaged\n", iterations, seed,
           (unsigned long)events, (unsigned long)damages);
    return 0;
}
#endif
