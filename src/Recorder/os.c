// Raw system calls, memory of our own, small string functions.
//
// Where: everywhere, also before libc is ready and in signal handlers.
// Rules: nothing here touches errno, TLS, or the program's allocator.
// Invariant: all memory of the recorder lies in [ARENA_START, ARENA_END), far from where the kernel puts
// the program's own mappings, so that these are the same in every mode.
#include "os.h"

#include <fcntl.h>
#include <linux/time_types.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

#define ARENA_START 0x100000000000ul
#define ARENA_END 0x180000000000ul
#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

static uint64_t arena_next = ARENA_START;

static void *arena_map(size_t size, int prot, int flags, int fd, uint64_t offset) {
    size = (size + PAGE - 1) & ~(PAGE - 1);
    for (int attempt = 0; attempt < 64; attempt++) {
        // one page between neighbours, so that a stray write faults
        uint64_t at = __atomic_fetch_add(&arena_next, size + PAGE, __ATOMIC_RELAXED);
        if (at + size > ARENA_END) return NULL;
        long got = os_call(SYS_mmap, (long)at, (long)size, prot, flags | MAP_FIXED_NOREPLACE, fd, (long)offset);
        if (got == (long)at) return (void *)at;
        if (got >= 0 || got < -4095) os_unmap((void *)got, size); // a kernel that ignores the flag
        else if (got != -17 /* EEXIST */) return NULL;
    }
    return NULL;
}

void *os_map(size_t size) {
    return arena_map(size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

void *os_map_file(int fd, size_t size, uint64_t offset, bool writable) {
    int prot = writable ? PROT_READ | PROT_WRITE : PROT_READ;
    return arena_map(size, prot, writable ? MAP_SHARED : MAP_PRIVATE, fd, offset);
}

void *os_reserve(size_t size) {
    return arena_map(size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

void os_unmap(void *address, size_t size) { OS2(SYS_munmap, address, (size + PAGE - 1) & ~(PAGE - 1)); }

int os_protect(void *address, size_t size, int prot) { return (int)OS3(SYS_mprotect, address, size, prot); }

HOT void *os_copy(void *to, const void *from, size_t n) {
    void *start = to;
    if (n <= 64) { // rep movsb takes some 30 cycles to start
        uint8_t *d = to;
        const uint8_t *s = from;
        for (; n >= 8; n -= 8, d += 8, s += 8) {
            __builtin_memcpy(d, s, 8);
            __asm__ volatile("");
        }
        for (; n; n--) {
            *d++ = *s++;
            __asm__ volatile(""); // or the compiler turns this loop into a call of memcpy: us
        }
        return start;
    }
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n) : : "memory");
    return start;
}

void *os_fill(void *to, int byte, size_t n) {
    void *start = to;
    __asm__ volatile("rep stosb" : "+D"(to), "+c"(n) : "a"(byte) : "memory");
    return start;
}

bool os_peek(void *to, const void *from, size_t n) {
    struct { const void *base; size_t size; } here = {to, n}, there = {from, n};
    return os_call(SYS_process_vm_readv, OS1(SYS_getpid, 0), (long)&here, 1, (long)&there, 1, 0) == (long)n;
}

// The compiler may call these by their standard names; hidden, so that the program never sees them.
void *memcpy(void *to, const void *from, size_t n) { return os_copy(to, from, n); }
void *memset(void *to, int byte, size_t n) { return os_fill(to, byte, n); }
int memcmp(const void *a, const void *b, size_t n) { return os_compare(a, b, n); }
void *memmove(void *to, const void *from, size_t n) {
    if ((uintptr_t)to - (uintptr_t)from >= n) return os_copy(to, from, n);
    for (char *d = (char *)to + n, *s = (char *)from + n; n--;) *--d = *--s;
    return to;
}

int os_compare(const void *a, const void *b, size_t n) {
    const uint8_t *x = a, *y = b;
    for (; n--; x++, y++)
        if (*x != *y) return *x - *y;
    return 0;
}

size_t os_length(const char *s) {
    size_t n = 0;
    while (s[n]) n++;
    return n;
}

bool os_equal(const char *a, const char *b) {
    while (*a && *a == *b) a++, b++;
    return *a == *b;
}

bool os_equal_end(const char *start, const char *end, const char *with) {
    size_t n = os_length(with);
    return (size_t)(end - start) >= n && !os_compare(end - n, with, n);
}

static char *format_number(char *end, uint64_t value, unsigned base) {
    do *--end = "0123456789abcdef"[value % base];
    while ((value /= base) != 0);
    return end;
}

void os_format(char *to, size_t size, const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *at = to, *last = to + size - 1;
    for (; *format && at < last; format++) {
        if (*format != '%') {
            *at++ = *format;
            continue;
        }
        char digits[24], *end = digits + sizeof digits - 1;
        *end = 0;
        const char *text = end;
        switch (*++format) {
        case 's': text = va_arg(args, const char *); break;
        case 'u': text = format_number(end, va_arg(args, uint64_t), 10); break;
        case 'x': text = format_number(end, va_arg(args, uint64_t), 16); break;
        case 'd': {
            int64_t value = va_arg(args, int64_t);
            char *digit = format_number(end, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10);
            if (value < 0) *--digit = '-';
            text = digit;
            break;
        }
        default: text = "%"; break;
        }
        while (*text && at < last) *at++ = *text++;
    }
    *at = 0;
    va_end(args);
}

int os_open(const char *path, int flags, int mode) {
    return (int)OS4(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC, mode);
}
void os_close(int fd) { OS1(SYS_close, fd); }
long os_read(int fd, void *to, size_t n) { return OS3(SYS_read, fd, to, n); }
long os_write(int fd, const void *from, size_t n) { return OS3(SYS_write, fd, from, n); }

uint64_t os_now_ns(void) {
    struct __kernel_timespec now = {0};
    OS2(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec;
}

HOT uint32_t os_crc(uint32_t crc, const void *data, size_t n) {
    const uint8_t *at = data;
    uint64_t wide = crc;
    for (; n >= 8; n -= 8, at += 8) {
        uint64_t word;
        __builtin_memcpy(&word, at, 8);
        __asm__("crc32q %1, %0" : "+r"(wide) : "r"(word));
    }
    crc = (uint32_t)wide;
    for (; n; n--, at++) __asm__("crc32b %1, %0" : "+r"(crc) : "r"(*at));
    return crc;
}
