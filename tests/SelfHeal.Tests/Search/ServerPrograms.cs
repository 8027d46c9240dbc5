namespace SelfHeal.Tests.Search;

/// <summary>Little servers with bugs: one thread, poll, blocking sockets.</summary>
internal static class ServerPrograms
{
    /// <summary>Lines. "get" with "@@" reads behind NULL, "sum" of more than 99 aborts, a long "put" overflows,
    /// "turn" of an odd number is for ever.</summary>
    public const string Lines = Head + """
        static int total;
        __attribute__((noinline)) static void put(const char *name) { char *a = malloc(24), *b = strdup("next"); strcpy(a, name); free(b); free(a); }
        __attribute__((noinline)) static void run(int fd, char *line) {
            int a = 0, b = 0;
            total++;
            if (!strncmp(line, "get ", 4)) {
                char *at = strstr(line, "@@");
                if (at) { at = strstr(at, "no such text"); *at = 0; }
                dprintf(fd, "got %d\n", total);
            } else if (sscanf(line, "sum %d %d", &a, &b) == 2) {
                if (b > 99) abort();
                dprintf(fd, "%d\n", a + b);
            } else if (sscanf(line, "turn %d", &a) == 1) {
                for (volatile unsigned left = a; left; left -= 2) {}
                dprintf(fd, "turned\n");
            } else if (!strncmp(line, "put ", 4)) { put(line + 4); dprintf(fd, "put\n");
            } else if (!strcmp(line, "end")) { printf("%d lines\n", total); fflush(stdout); exit(0);
            } else dprintf(fd, "what\n");
        }
        static int serve(struct client *c) {
            ssize_t n = read(c->fd, c->input + c->used, sizeof c->input - 1 - c->used);
            if (n <= 0) return 0;
            c->used += n;
            c->input[c->used] = 0;
            char *at = c->input, *end;
            while ((end = strchr(at, '\n'))) { *end = 0; run(c->fd, at); at = end + 1; }
            c->used = strlen(at);
            memmove(c->input, at, c->used + 1);
            return 1;
        }
        """ + Tail;

    /// <summary>Packets as MySQL's. A query with "explode(" aborts.</summary>
    public const string Packets = Head + """
        static int all(int fd, char *to, int size) { while (size > 0) { ssize_t n = read(fd, to, size); if (n <= 0) return 0; to += n; size -= n; } return 1; }
        static int serve(struct client *c) {
            unsigned char head[4];
            if (!all(c->fd, (char *)head, 4)) return 0;
            int size = head[0] | head[1] << 8 | head[2] << 16;
            if (size > 400 || !all(c->fd, c->input, size)) return 0;
            c->input[size] = 0;
            if (c->input[0] == 3 && strstr(c->input + 1, "explode(")) abort();
            if (c->input[0] == 1) { printf("quit\n"); fflush(stdout); exit(0); }
            write(c->fd, (char[]){1, 0, 0, head[3] + 1, 0}, 5);
            return 1;
        }
        """ + Tail;

    /// <summary>HTTP with connections that stay; "@@" in the path reads behind NULL.</summary>
    public const string Http = Head + Until + """
        static int serve(struct client *c) {
            if (!until(c, "\r\n\r\n")) return 0;
            if (strstr(c->input, "@@")) return *(volatile int *)0;
            if (!strncmp(c->input, "GET /end ", 9)) exit(0);
            return write(c->fd, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 40) > 0;
        }
        """ + Tail;

    /// <summary>redis' protocol, commands of two words; "GET" of a name with "@@" reads behind NULL.</summary>
    public const string Resp = Head + Until + """
        static int serve(struct client *c) {
            if (!until(c, "\r\n")) return 0;
            for (int line = 0; line < 4; line++) {
                if (!until(c, "\r\n")) return 0;
                if (strstr(c->input, "@@")) return *(volatile int *)0;
                if (!strncmp(c->input, "QUIT", 4)) exit(0);
            }
            return write(c->fd, "+OK\r\n", 5) > 0;
        }
        """ + Tail;

    /// <summary>IMAP's commands; one with "@@" reads behind NULL.</summary>
    public const string Imap = Head + Until + """
        static int serve(struct client *c) {
            char tag[32] = "";
            if (!until(c, "\r\n")) return 0;
            if (strstr(c->input, "@@")) return *(volatile int *)0;
            sscanf(c->input, "%31s", tag);
            dprintf(c->fd, "%s OK done\r\n", tag);
            if (strstr(c->input, "LOGOUT")) exit(0);
            return 1;
        }
        """ + Tail;

    /// <summary>Lines, a thread for each client. "get" with "@@" reads behind NULL; "again", for the third time, aborts; "processors" prints how many there
    /// are.</summary>
    public const string Threads = Head + Until + """
        #include <pthread.h>
        #include <sys/syscall.h>
        #include <unistd.h>
        static int times;
        static int processors(void) {
            unsigned long mask[128] = {0};
            long size = syscall(SYS_sched_getaffinity, 0, sizeof mask, mask);
            int count = 0;
            for (long i = 0; i < size / 8; i++) count += __builtin_popcountl(mask[i]);
            return count;
        }
        static void *serve(void *client) {
            struct client *c = client;
            while (until(c, "\n")) {
                if (!strncmp(c->input, "processors", 10)) { printf("%d processors\n", processors()); fflush(stdout); }
                if (strstr(c->input, "@@")) return (void *)(long)*(volatile int *)0;
                if (!strncmp(c->input, "again", 5) && ++times == 3) abort();
                if (!strncmp(c->input, "gone", 4) && access(getenv("FLAG"), F_OK) == 0) abort();
                if (!strncmp(c->input, "stay", 4)) { if (access(getenv("FLAG"), F_OK) == 0) abort(); for (;;) {} }
                if (!strncmp(c->input, "end", 3)) exit(0);
                dprintf(c->fd, "got %s", c->input);
            }
            return 0;
        }
        int main(void) {
            int s = socket(AF_INET, SOCK_STREAM, 0), n = 0;
            struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
            socklen_t size = sizeof a;
            static struct client c[64];
            pthread_t thread;
            if (bind(s, (void *)&a, sizeof a) || listen(s, 5) || getsockname(s, (void *)&a, &size)) return 1;
            printf("port %d\n", ntohs(a.sin_port));
            fflush(stdout);
            while ((c[n].fd = accept(s, 0, 0)) >= 0) { pthread_create(&thread, 0, serve, &c[n]); n++; }
            return 2;
        }
        """;

    private const string Until = """
        static int until(struct client *c, const char *end) {
            c->used = 0;
            while (c->used < (int)sizeof c->input - 1 && read(c->fd, c->input + c->used, 1) == 1) {
                c->input[++c->used] = 0;
                if (strstr(c->input, end)) return 1;
            }
            return 0;
        }

        """;

    private const string Head = """
        #include <arpa/inet.h>
        #include <poll.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/socket.h>
        #include <unistd.h>
        struct client { int fd, used; char input[512]; };

        """;

    private const string Tail = """

        int main(void) {
            int s = socket(AF_INET, SOCK_STREAM, 0), n = 1;
            struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
            socklen_t size = sizeof a;
            static struct client c[16];
            struct pollfd p[16] = {{.fd = s, .events = POLLIN}};
            if (bind(s, (void *)&a, sizeof a) || listen(s, 5) || getsockname(s, (void *)&a, &size)) return 1;
            printf("port %d\n", ntohs(a.sin_port));
            fflush(stdout);
            while (poll(p, n, -1) > 0) {
                for (int i = 1; i < n; i++) if (p[i].revents && !serve(&c[i])) { close(p[i].fd); p[i].fd = -1; }
                if (p[0].revents) { p[n].fd = c[n].fd = accept(s, 0, 0); p[n].events = POLLIN; p[n++].revents = 0; }
            }
            return 2;
        }
        """;
}
