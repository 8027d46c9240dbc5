// A shop that serves lines on a TCP port or a Unix socket, a thread for each client: shop PORT|PATH [FILE]
//   stock N   sets what is there            buy    sold, sold out; oversold where two clients race for the last one
//   echo X    X                             read   the first line of FILE
//   die       SIGSEGV                       quit   exit status 3
// It says "open" on standard error when it listens. "never" in place of a port: it never does; "broken": it ends at once.
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int stock;
static const char *file;

static const char *buy(void) {
    pthread_mutex_lock(&lock);
    int enough = stock > 0;
    pthread_mutex_unlock(&lock); // the bug: another client may buy now
    pthread_mutex_lock(&lock);
    if (enough)
        stock--;
    const char *said = !enough ? "sold out\n" : stock < 0 ? "oversold\n" : "sold\n";
    pthread_mutex_unlock(&lock);
    return said;
}

static const char *serve(char *line) {
    static _Thread_local char said[256];
    if (sscanf(line, "stock %d", &stock) == 1)
        return "ok\n";
    if (!strncmp(line, "buy", 3))
        return buy();
    if (!strncmp(line, "read", 4)) {
        FILE *from = fopen(file, "r");
        if (!from || !fgets(said, sizeof said, from))
            strcpy(said, "nothing\n");
        if (from)
            fclose(from);
        return said;
    }
    if (!strncmp(line, "die", 3))
        *(volatile int *)8 = 1;
    if (!strncmp(line, "quit", 4))
        exit(3);
    return strncmp(line, "echo ", 5) ? "what?\n" : line + 5;
}

static void *client(void *given) {
    int fd = (int)(long)given;
    FILE *in = fdopen(fd, "r");
    char line[256];
    while (fgets(line, sizeof line, in)) {
        const char *said = serve(line);
        if (write(fd, said, strlen(said)) < 0)
            break;
    }
    fclose(in);
    return NULL;
}

static int listening(const char *where) {
    if (*where == '/') {
        struct sockaddr_un path = {AF_UNIX, ""};
        strncpy(path.sun_path, where, sizeof path.sun_path - 1);
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        return bind(fd, (void *)&path, sizeof path) || listen(fd, 8) ? -1 : fd;
    }
    struct sockaddr_in port = {AF_INET, htons((unsigned short)atoi(where)), {htonl(INADDR_LOOPBACK)}, ""};
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    return bind(fd, (void *)&port, sizeof port) || listen(fd, 8) ? -1 : fd;
}

int main(int count, char **arguments) {
    if (!strcmp(arguments[1], "broken"))
        return fprintf(stderr, "no goods today\n") < 0 ? 1 : 4;
    while (!strcmp(arguments[1], "never"))
        pause();
    file = count > 2 ? arguments[2] : "/dev/null";
    int fd = listening(arguments[1]);
    if (fd < 0) {
        perror("shop");
        return 1;
    }
    fprintf(stderr, "open\n");
    for (;;) {
        pthread_t thread;
        int next = accept(fd, NULL, NULL);
        if (next >= 0 && !pthread_create(&thread, NULL, client, (void *)(long)next))
            pthread_detach(thread);
    }
}
