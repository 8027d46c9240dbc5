// Two threads log into one file; a line is written by two calls, first the name, then the rest.
// Class:    torn log line.
// Window:   between the two writes of a line: before the second one.
// Fails:    exit 1, a line has two names.
// Schedule: any write of the other thread within the window; a hold at the first write for 2 places closes it.
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include "race.h"

static int file;

static void put(const char *text) {
    if (write(file, text, strlen(text)) < 0)
        fail("the log cannot be written");
}

static void *work(void *name) {
    char line[32];
    for (int i = 0; i < 3; i++) {
#ifdef FIXED
        snprintf(line, sizeof line, "%s: step %d\n", (char *)name, i);
        put(line);
#else
        put(name);
        snprintf(line, sizeof line, ": step %d\n", i);
        put(line);
#endif
    }
    return NULL;
}

int main(void) {
    pthread_t threads[2];
    char text[256] = "", name[32];
    int step, lines = 0;
    file = memfd_create("log", 0);
    fcntl(file, F_SETFL, O_APPEND);
    pthread_create(&threads[0], NULL, work, "left");
    own_share();
    pthread_create(&threads[1], NULL, work, "right");
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    if (pread(file, text, sizeof text - 1, 0) < 0)
        return 2;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"), lines++)
        if (sscanf(line, "%31[a-z]: step %d", name, &step) != 2 || (strcmp(name, "left") && strcmp(name, "right")))
            fail("a line of the log is torn");
    return printf("lines %d\n", lines) < 0;
}
