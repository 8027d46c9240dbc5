// Two threads talk over a socket pair, request and answer; then one side is shut down.
// flags: -pthread
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int ends[2];

static void *serve(void *unused) {
    char text[64];
    ssize_t n;
    while ((n = recv(ends[1], text, sizeof text, 0)) > 0) {
        for (int i = 0; i < n; i++)
            text[i] ^= 32;
        send(ends[1], text, (size_t)n, MSG_NOSIGNAL);
    }
    close(ends[1]);
    return unused;
}

int main(void) {
    static const char *const words[] = {"hello", "threads", "bye"};
    pthread_t thread;
    char text[64];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends))
        return 1;
    pthread_create(&thread, NULL, serve, NULL);
    for (int i = 0; i < 3; i++) {
        send(ends[0], words[i], strlen(words[i]), 0);
        int n = (int)recv(ends[0], text, sizeof text, 0);
        printf("%d %.*s\n", n, n, text);
    }
    shutdown(ends[0], SHUT_WR);
    printf("%d\n", (int)recv(ends[0], text, sizeof text, 0));
    return pthread_join(thread, NULL);
}
