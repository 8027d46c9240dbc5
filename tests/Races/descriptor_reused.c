// A sender takes the connection's descriptor under the lock and writes behind it; the closer closes it, and then
// opens a private file, which gets the same number.
// Class:    check, then act on a descriptor (closed and used again).
// Window:   in the sender, behind the unlock and before write.
// Fails:    exit 1, the message is in the private file.
// Schedule: the closer's close and open within the window; a hold at the sender's unlock for 2 places closes it.
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include "race.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int connection, private_file = -1, sent;

static void *send_all(void *unused) {
    for (int i = 0; i < 4; i++) {
        pthread_mutex_lock(&lock);
        int fd = connection;
#ifndef FIXED
        pthread_mutex_unlock(&lock);
#endif
        if (fd >= 0 && write(fd, "message\n", 8) == 8)
            sent++;
#ifdef FIXED
        pthread_mutex_unlock(&lock);
#endif
    }
    return unused;
}

static void *close_it(void *unused) {
    pthread_mutex_lock(&lock);
    int fd = connection;
    connection = -1;
    pthread_mutex_unlock(&lock);
    close(fd);
    private_file = memfd_create("private", 0);
    return unused;
}

int main(void) {
    pthread_t threads[2];
    char text[8];
    connection = open("/dev/null", O_WRONLY);
    pthread_create(&threads[0], NULL, send_all, NULL);
    pthread_create(&threads[1], NULL, close_it, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    if (pread(private_file, text, sizeof text, 0) != 0)
        fail("a message has gone into the private file");
    return printf("sent %s\n", sent <= 4 ? "up to 4" : "too many") < 0;
}
