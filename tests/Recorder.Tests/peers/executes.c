// Sends the first line of a connection back, and becomes a `cat` for the rest of it: executes PORT.
#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[argc - 1])), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    char line[1000];
    int one = 1, listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listening, (void *)&at, sizeof at) || listen(listening, 1)) return 1;
    int fd = accept(listening, NULL, NULL);
    ssize_t n = read(fd, line, sizeof line);
    if (n <= 0 || write(fd, line, (size_t)n) != n || dup2(fd, 0) || dup2(fd, 1) != 1) return 2;
    execl("/bin/cat", "cat", (char *)NULL);
    return 3;
}
