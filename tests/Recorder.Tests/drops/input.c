// Reads lines of standard input, or of the FIFO at PATH: input WAY [PATH]. WAY: read, stdio, poll or nonblocking. Notes
// each in the file `served`, what comes without an end as `rest: TEXT`. At the end it prints how often it was woken.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char bytes[300000];

int main(int argc, char **argv) {
    const char *way = argv[1];
    int in = argc > 2 ? open(argv[2], O_RDONLY) : 0, served = open("served", O_WRONLY | O_CREAT | O_APPEND, 0644), woken = 0;
    size_t have = 0;
    if (!strcmp(way, "nonblocking")) fcntl(in, F_SETFL, O_NONBLOCK);
    if (!strcmp(way, "stdio")) {
        FILE *lines = fdopen(in, "r");
        while (fgets(bytes, sizeof bytes, lines)) dprintf(served, "%s%s", strchr(bytes, '\n') ? "" : "rest: ", bytes);
        return 0;
    }
    for (;;) {
        struct pollfd wait = {.fd = in, .events = POLLIN};
        if (strcmp(way, "read") && poll(&wait, 1, 20000) <= 0) return 6;
        woken++;
        ssize_t n = read(in, bytes + have, sizeof bytes - have);
        if (n < 0 && errno == EAGAIN) continue;
        if (n <= 0) break;
        have += (size_t)n;
        for (char *end; (end = memchr(bytes, '\n', have));) {
            size_t size = (size_t)(end + 1 - bytes);
            if (write(served, bytes, size) < 0) return 3;
            memmove(bytes, bytes + size, have -= size);
        }
    }
    if (have) dprintf(served, "rest: %.*s", (int)have, bytes);
    printf("woken %d\n", woken);
    return 0;
}
