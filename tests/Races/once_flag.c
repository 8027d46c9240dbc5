// A home-made once: a flag that is looked at under the lock, and set when the work is done.
// Class:    home-made once.
// Window:   from the look at `done` to its store: the places of the system calls between them.
// Fails:    exit 1, the work is done twice.
// Schedule: the other thread's look within the window; a hold at the unlock behind the look for 4 places
//           lets the first one set the flag.
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include "race.h"

static int runs, answers[3];

static void set_up(void) {
    char byte = 1;
    int file = open("/dev/zero", O_RDONLY);
    if (read(file, &byte, 1) != 1)
        fail("there are no zeros");
    close(file);
    runs++;
}

static void once(void) {
#ifdef FIXED
    static pthread_once_t done = PTHREAD_ONCE_INIT;
    pthread_once(&done, set_up);
#else
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static int done;
    pthread_mutex_lock(&lock);
    int seen = done;
    pthread_mutex_unlock(&lock);
    if (seen)
        return;
    set_up();
    pthread_mutex_lock(&lock);
    done = 1;
    pthread_mutex_unlock(&lock);
#endif
}

static void *work(void *number) {
    for (int i = 0; i < 2; i++)
        once();
    answers[(long)number] = runs;
    return NULL;
}

int main(void) {
    pthread_t threads[3];
    for (long i = 0; i < 3; i++) {
        pthread_create(&threads[i], NULL, work, (void *)i);
        own_share();
    }
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    if (runs != 1)
        fail("the set-up ran twice");
    return printf("%d %d %d\n", answers[0], answers[1], answers[2]) < 0;
}
