// Two threads empty a shared stack. `is_empty` and `pop` each take the lock, nobody takes it for both.
// Class:    atomicity violation (check, then act on a container).
// Window:   behind the unlock in is_empty, before the lock in pop.
// Fails:    signal 11: pop of an empty stack.
// Schedule: the other thread pops the last item within the window; a hold at is_empty's unlock for 2 places
//           keeps the answer true until pop has the lock.
#include <pthread.h>
#include <stdio.h>

struct item {
    struct item *next;
    long value;
};
static struct item items[4] = {{&items[1], 1}, {&items[2], 2}, {&items[3], 3}, {NULL, 4}}, *head = items;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#ifdef FIXED
static struct item *pop_if_any(void) {
    pthread_mutex_lock(&lock);
    struct item *item = head;
    if (item)
        head = item->next;
    pthread_mutex_unlock(&lock);
    return item;
}
#else
static int is_empty(void) {
    pthread_mutex_lock(&lock);
    int empty = head == NULL;
    pthread_mutex_unlock(&lock);
    return empty;
}
static struct item *pop(void) {
    pthread_mutex_lock(&lock);
    struct item *item = head;
    head = item->next;
    pthread_mutex_unlock(&lock);
    return item;
}
static struct item *pop_if_any(void) { return is_empty() ? NULL : pop(); }
#endif

static void *work(void *unused) {
    (void)unused;
    long sum = 0;
    for (struct item *item; (item = pop_if_any());)
        sum += item->value;
    return (void *)sum;
}

int main(void) {
    pthread_t threads[2];
    void *sums[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], &sums[i]);
    return printf("sum %ld\n", (long)sums[0] + (long)sums[1]) < 0;
}
