namespace SelfHeal.Tests.Search;

/// <summary>Little servers with bugs: one thread, poll, blocking sockets.</summary>
internal static class ServerPrograms
{
    /// <summary>Lines. "get" with "@@" reads behind NULL, "sum" of more than 99 aborts, a long "put" overflows.</summary>
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
