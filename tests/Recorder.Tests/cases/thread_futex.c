// A lock of one's own, on the futex system call, and waits that end at once or by time.
// flags: -pthread
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static atomic_int word;
static int count;

static long futex(int operation, int value, const struct timespec *limit) {
    return syscall(SYS_futex, &word, operation | FUTEX_PRIVATE_FLAG, value, limit, NULL, 0);
}

static void *work(void *unused) {
    for (int i = 0; i < 100; i++) {
        for (int free = 0; !atomic_compare_exchange_strong(&word, &free, 1); free = 0)
            futex(FUTEX_WAIT, 1, NULL);
        count++, word = 0;
        futex(FUTEX_WAKE, 1, NULL);
    }
    return unused;
}

int main(void) {
    pthread_t threads[3];
    struct timespec soon = {0, 5000000};
    printf("%d ", futex(FUTEX_WAIT, 1, NULL) < 0 && errno == EAGAIN);
    printf("%d\n", futex(FUTEX_WAIT, 0, &soon) < 0 && errno == ETIMEDOUT);
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    return printf("%d\n", count) < 0;
}
