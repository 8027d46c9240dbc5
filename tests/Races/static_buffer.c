// A function formats into one static buffer under a lock, and returns that buffer; like strtok and ctime.
// Class:    static buffer used beyond its lock section.
// Window:   behind the unlock in format_name and before the write of the text.
// Fails:    exit 1, a thread writes the other one's name.
// Schedule: the other thread's format_name within the window; a hold at the unlock for 2 places closes it.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include "race.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int files[2];

static const char *format_name(int number, char *own) {
    static char buffer[16];
    char *text = buffer;
#ifdef FIXED
    text = own;
#else
    (void)own;
#endif
    pthread_mutex_lock(&lock);
    snprintf(text, 16, "thread %d\n", number);
    pthread_mutex_unlock(&lock);
    return text;
}

static void *work(void *number) {
    char own[16];
    for (int i = 0; i < 3; i++)
        if (write(files[(long)number], format_name((int)(long)number, own), 9) != 9)
            fail("a name cannot be written");
    return NULL;
}

int main(void) {
    pthread_t threads[2];
    for (long i = 0; i < 2; i++)
        files[i] = memfd_create("names", 0);
    pthread_create(&threads[0], NULL, work, (void *)0);
    own_share();
    pthread_create(&threads[1], NULL, work, (void *)1);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < 2; i++) {
        char text[28] = "";
        if (pread(files[i], text, 27, 0) != 27)
            return 2;
        for (int j = 7; j < 27; j += 9)
            if (text[j] != '0' + i)
                fail("a thread has the other one's name");
    }
    return puts("names 0 1") < 0;
}
