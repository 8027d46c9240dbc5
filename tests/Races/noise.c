// A preloaded library for check.sh: pauses of random length before and behind the calls at which the recorder may
// switch threads. It shows that a failing twin can fail there; it is no part of the product.
// Runs:  inside of the tested program, on its threads. Rules: keeps errno; allocates nothing.
// NOISE_SEED: the run's seed. NOISE_COUNT: at exit, say on stderr how many places the run had.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static unsigned places, threads, one_in;
static uint64_t seed;

__attribute__((constructor)) static void begin(void) {
    const char *text = getenv("NOISE_SEED");
    seed = text ? strtoull(text, NULL, 0) : 0;
    one_in = text ? 2u << seed % 4 : 0; // how dense the noise is: by run
}

__attribute__((destructor)) static void end(void) {
    if (getenv("NOISE_COUNT"))
        fprintf(stderr, "%u\n", places);
}

static uint32_t next_random(void) {
    static __thread uint64_t state;
    if (!state)
        state = (seed + 1) * 0x9e3779b97f4a7c15u + __atomic_fetch_add(&threads, 1, __ATOMIC_RELAXED) * 0x2545f4914f6cdd1du;
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return (uint32_t)(state >> 20);
}

static void noise(void) {
    int saved = errno;
    uint32_t random = next_random();
    if (one_in && random % one_in == 0) {
        struct timespec pause = {0, random / 16 % 200000};
        nanosleep(&pause, NULL);
    } else if (one_in && random % 4 == 1) {
        sched_yield();
    }
    errno = saved;
}

#define WRAP_VERSION(type, name, find, parameters, ...) \
    type name parameters { \
        static __typeof__(&name) next; \
        if (!next) \
            next = (__typeof__(&name))find; \
        __atomic_fetch_add(&places, 1, __ATOMIC_RELAXED); \
        noise(); \
        type result = next(__VA_ARGS__); \
        noise(); \
        return result; \
    }
#define WRAP(type, name, ...) WRAP_VERSION(type, name, dlsym(RTLD_NEXT, #name), __VA_ARGS__)
// glibc has two generations of conditions, and dlsym might find the older one
#define WRAP_COND(name, ...) WRAP_VERSION(int, name, dlvsym(RTLD_NEXT, #name, "GLIBC_2.3.2"), __VA_ARGS__)

WRAP(int, pthread_create, (pthread_t *t, const pthread_attr_t *a, void *(*f)(void *), void *x), t, a, f, x)
WRAP(int, pthread_join, (pthread_t t, void **r), t, r)
WRAP(int, pthread_kill, (pthread_t t, int s), t, s)
WRAP(int, pthread_mutex_lock, (pthread_mutex_t * m), m)
WRAP(int, pthread_mutex_trylock, (pthread_mutex_t * m), m)
WRAP(int, pthread_mutex_unlock, (pthread_mutex_t * m), m)
WRAP(int, pthread_rwlock_rdlock, (pthread_rwlock_t * l), l)
WRAP(int, pthread_rwlock_wrlock, (pthread_rwlock_t * l), l)
WRAP(int, pthread_rwlock_unlock, (pthread_rwlock_t * l), l)
WRAP_COND(pthread_cond_wait, (pthread_cond_t * c, pthread_mutex_t *m), c, m)
WRAP_COND(pthread_cond_signal, (pthread_cond_t * c), c)
WRAP_COND(pthread_cond_broadcast, (pthread_cond_t * c), c)
WRAP(int, pthread_barrier_wait, (pthread_barrier_t * b), b)
WRAP(int, pthread_once, (pthread_once_t * o, void (*f)(void)), o, f)
WRAP(int, sem_wait, (sem_t * s), s)
WRAP(int, sem_trywait, (sem_t * s), s)
WRAP(int, sem_post, (sem_t * s), s)
WRAP(int, open, (const char *p, int f, ...), p, f, 0600)
WRAP(int, close, (int f), f)
WRAP(int, access, (const char *p, int m), p, m)
WRAP(int, unlink, (const char *p), p)
WRAP(int, kill, (pid_t p, int s), p, s)
WRAP(int, munmap, (void *a, size_t n), a, n)
WRAP(int, memfd_create, (const char *n, unsigned f), n, f)
WRAP(ssize_t, read, (int f, void *b, size_t n), f, b, n)
WRAP(ssize_t, write, (int f, const void *b, size_t n), f, b, n)
WRAP(ssize_t, pread, (int f, void *b, size_t n, off_t o), f, b, n, o)
