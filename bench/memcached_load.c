// A fixed amount of work for a memcached: memcached_load SOCKET COUNT. Ten clients, each with one request in flight,
// set and get values of 100 to 1,100 bytes; what is got must be what was set. Exit code 1: a wrong answer, or none.
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define CLIENTS 10

static _Noreturn void fail(const char *what) {
    fprintf(stderr, "memcached_load: %s: %s\n", what, strerror(errno));
    exit(1);
}

struct client {
    int fd;
    long requests, left;
    char value[1200], expected[1400], got[1400];
    size_t expected_size, got_size;
};

// Even requests set a key of the client, odd ones get it.
static void ask(struct client *c, int number) {
    char text[1400];
    long key = c->requests / 2 % 100;
    int size = 100 + (int)(c->requests / 2 * 37 % 1000), length;
    memset(c->value, 'a' + (int)(c->requests / 2 % 26), (size_t)size);
    if (c->requests % 2 == 0) {
        length = snprintf(text, sizeof text, "set %d-%ld 0 0 %d\r\n%.*s\r\n", number, key, size, size, c->value);
        c->expected_size = (size_t)sprintf(c->expected, "STORED\r\n");
    } else {
        length = snprintf(text, sizeof text, "get %d-%ld\r\n", number, key);
        c->expected_size = (size_t)sprintf(c->expected, "VALUE %d-%ld 0 %d\r\n%.*s\r\nEND\r\n", number, key, size, size, c->value);
    }
    c->got_size = 0;
    c->requests++;
    c->left--;
    if (write(c->fd, text, (size_t)length) != length) fail("write");
}

int main(int argc, char **argv) {
    static struct client clients[CLIENTS];
    struct pollfd polled[CLIENTS];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (argc != 3) fail("usage: memcached_load SOCKET COUNT");
    snprintf(address.sun_path, sizeof address.sun_path, "%s", argv[1]);
    int busy = CLIENTS;
    for (int i = 0; i < CLIENTS; i++) {
        struct client *c = &clients[i];
        c->fd = socket(AF_UNIX, SOCK_STREAM, 0);
        if (connect(c->fd, (struct sockaddr *)&address, sizeof address) < 0) fail(argv[1]);
        c->left = atol(argv[2]) / CLIENTS;
        polled[i] = (struct pollfd){.fd = c->fd, .events = POLLIN};
        ask(c, i);
    }
    while (busy > 0) {
        if (poll(polled, CLIENTS, 30000) <= 0) fail("no answer");
        for (int i = 0; i < CLIENTS; i++) {
            struct client *c = &clients[i];
            if (!polled[i].revents) continue;
            ssize_t n = read(c->fd, c->got + c->got_size, sizeof c->got - c->got_size);
            if (n <= 0) fail("read");
            c->got_size += (size_t)n;
            if (c->got_size < c->expected_size) continue;
            if (c->got_size > c->expected_size || memcmp(c->got, c->expected, c->got_size) != 0) fail("a wrong answer");
            if (c->left > 0) {
                ask(c, i);
            } else {
                polled[i].fd = -1;
                busy--;
            }
        }
    }
}
