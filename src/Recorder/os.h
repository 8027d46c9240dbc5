// Raw system calls, memory of our own, small string functions: all that the recorder has instead of libc.
//
// Where: everywhere, also before libc is ready and in signal handlers. Nothing here touches errno, TLS or
// the program's allocator.
#ifndef SELFHEAL_OS_H
#define SELFHEAL_OS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ALWAYS_INLINE static inline __attribute__((always_inline))
#define PAGE 4096ul
#define EXPORT __attribute__((visibility("default")))
// What every event and every pthread call passes: kept together, so that it costs the program few pages and cache lines.
#define HOT __attribute__((hot))
#define HOT_DATA __attribute__((section(".data.hot")))

ALWAYS_INLINE long os_call(long nr, long a, long b, long c, long d, long e, long f) {
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall" : "=a"(result) : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}
#define OS1(nr, a) os_call(nr, (long)(a), 0, 0, 0, 0, 0)
#define OS2(nr, a, b) os_call(nr, (long)(a), (long)(b), 0, 0, 0, 0)
#define OS3(nr, a, b, c) os_call(nr, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define OS4(nr, a, b, c, d) os_call(nr, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)

// Maps `size` bytes (rounded up to pages) of zeroed private memory inside the recorder's own address
// range, so that the program's own mappings fall where they fall in every mode. NULL when it cannot.
void *os_map(size_t size);
// The same, of file `fd` from `offset`; shared and writable if `writable`, else private and read-only.
void *os_map_file(int fd, size_t size, uint64_t offset, bool writable);
// Reserves `size` bytes of address space without access (PROT_NONE) in the recorder's own range.
void *os_reserve(size_t size);
void os_unmap(void *address, size_t size);
// mprotect; prot as in <sys/mman.h>. 0 or a negative errno.
int os_protect(void *address, size_t size, int prot);

void *os_copy(void *to, const void *from, size_t n); // memcpy
void *os_fill(void *to, int byte, size_t n);         // memset
int os_compare(const void *a, const void *b, size_t n);
size_t os_length(const char *s);
bool os_equal(const char *a, const char *b);
// Does [start, end) end with `with`?
bool os_equal_end(const char *start, const char *end, const char *with);
// Appends to a text buffer of `size` bytes, always terminated; for messages. `%s %d %u %x` (64 bit).
void os_format(char *to, size_t size, const char *format, ...);

// Copies memory that may not be there; false: it is not.
bool os_peek(void *to, const void *from, size_t n);

int os_open(const char *path, int flags, int mode); // >= 0 or a negative errno
void os_close(int fd);
long os_read(int fd, void *to, size_t n);
long os_write(int fd, const void *from, size_t n);
uint64_t os_now_ns(void); // CLOCK_MONOTONIC

// Calls function(argument) on another stack (os_x86_64.S).
void os_call_on_stack(void (*function)(void *), void *argument, void *stack_end);

// CRC-32C by the processor's crc32 instruction (SSE 4.2, general registers only).
uint32_t os_crc(uint32_t crc, const void *data, size_t n);

#endif
