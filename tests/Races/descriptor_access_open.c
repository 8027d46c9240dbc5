// A reader asks whether the spool file is there and then opens it; the cleaner removes it.
// Class:    check, then act (access, then open).
// Window:   between access and open: before open.
// Fails:    exit 1, the file that was there is not there.
// Schedule: the cleaner's unlink within the window; a hold at access for 2 places closes it.
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include "race.h"

static const char path[] = "spool.txt";
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int looked;

static void *look(void *unused) {
    for (int i = 0; i < 3; i++) {
#ifndef FIXED
        if (access(path, R_OK) == 0) {
            int file = open(path, O_RDONLY);
            if (file < 0)
                fail("the spool file has vanished");
            close(file);
        }
#else
        int file = open(path, O_RDONLY);
        if (file >= 0)
            close(file);
#endif
        pthread_mutex_lock(&lock);
        looked++;
        pthread_mutex_unlock(&lock);
    }
    return unused;
}

static void *clean(void *unused) {
    pthread_mutex_lock(&lock);
    looked++;
    pthread_mutex_unlock(&lock);
    unlink(path);
    return unused;
}

int main(void) {
    pthread_t threads[2];
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (write(file, "job\n", 4) != 4)
        return 2;
    close(file);
    pthread_create(&threads[0], NULL, look, NULL);
    pthread_create(&threads[1], NULL, clean, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    return printf("looked %d\n", looked) < 0;
}
