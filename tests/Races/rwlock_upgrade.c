// Names are interned: looked up with the read lock, and if missing, inserted with the write lock without a new look.
// Class:    reader/writer lock misuse (upgrade without a second check).
// Window:   behind the unlock of the read lock, before the write lock.
// Fails:    exit 1, a name is there twice.
// Schedule: the other thread's look-up, or its insertion, within the window; a hold at the first unlock for
//           2 places closes it.
#include <pthread.h>
#include <stdio.h>
#include "race.h"

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static int names[16], count;

static int find(int name) {
    for (int i = 0; i < count; i++)
        if (names[i] == name)
            return i;
    return -1;
}

static void intern(int name) {
    pthread_rwlock_rdlock(&lock);
    int at = find(name);
    pthread_rwlock_unlock(&lock);
    if (at >= 0)
        return;
    pthread_rwlock_wrlock(&lock);
#ifdef FIXED
    if (find(name) < 0)
#endif
        names[count++] = name;
    pthread_rwlock_unlock(&lock);
}

static void *work(void *unused) {
    for (int name = 0; name < 3; name++)
        intern(name);
    return unused;
}

int main(void) {
    pthread_t threads[2];
    pthread_create(&threads[0], NULL, work, NULL);
    own_share();
    pthread_create(&threads[1], NULL, work, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    if (count != 3)
        fail("a name was interned twice");
    return printf("names %d\n", count) < 0;
}
