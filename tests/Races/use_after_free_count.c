// A page with a reference count: the count goes down in one lock section, and is looked at in a second one.
// Class:    use after free (reference count).
// Window:   in put, behind the unlock after the decrement and before the lock of the test.
// Fails:    signal 11: two threads find zero, the second one in a page that is gone.
// Schedule: the other thread's put within the window; a hold at the first unlock for 2 places closes it.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>

struct page {
    int references, number;
};
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct page *pages[3];

static void put(struct page *page) {
    pthread_mutex_lock(&lock);
    int left = --page->references;
#ifndef FIXED
    pthread_mutex_unlock(&lock);
    pthread_mutex_lock(&lock);
    left = page->references;
#endif
    if (left == 0)
        munmap(page, 4096);
    pthread_mutex_unlock(&lock);
}

static void *work(void *unused) {
    (void)unused;
    long sum = 0;
    for (int i = 0; i < 3; i++) {
        sum += pages[i]->number;
        put(pages[i]);
    }
    return (void *)sum;
}

int main(void) {
    pthread_t threads[2];
    void *sums[2];
    for (int i = 0; i < 3; i++) {
        pages[i] = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        *pages[i] = (struct page){2, i + 1};
    }
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], &sums[i]);
    return printf("%ld %ld\n", (long)sums[0], (long)sums[1]) < 0;
}
