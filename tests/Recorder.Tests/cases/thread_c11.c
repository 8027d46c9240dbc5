// The threads of C11: thrd_create, mtx, cnd, call_once, tss.
// flags: -pthread
#include <stdio.h>
#include <threads.h>
#include <time.h>

static mtx_t lock;
static cnd_t changed;
static once_flag once = ONCE_FLAG_INIT;
static tss_t key;
static int turn, runs, destroyed;
static thread_local int own = 1;

static void set_up(void) { runs++; }
static void destroy(void *value) { destroyed += value != NULL; }

static int play(void *argument) {
    int self = (int)(long)argument;
    call_once(&once, set_up), tss_set(key, &own);
    mtx_lock(&lock);
    for (int i = 0; i < 10; i++, own++) {
        while (turn % 2 != self)
            cnd_wait(&changed, &lock);
        turn++, cnd_signal(&changed);
    }
    mtx_unlock(&lock);
    return own;
}

int main(void) {
    thrd_t threads[2];
    int results[2];
    mtx_init(&lock, mtx_plain), cnd_init(&changed), tss_create(&key, destroy);
    for (long i = 0; i < 2; i++)
        printf("%d ", thrd_create(&threads[i], play, (void *)i) == thrd_success);
    for (int i = 0; i < 2; i++)
        thrd_join(threads[i], &results[i]);
    return printf("%d %d %d %d %d %d\n", results[0], results[1], turn, runs, destroyed, own) < 0;
}
