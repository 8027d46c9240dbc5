// A client: asks PORT COUNT. Each answer that it gets goes to the file `served`.
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int count = argc > 2 ? atoi(argv[2]) : 1, served = open("served", O_WRONLY | O_CREAT | O_APPEND, 0644), fd = -1;
    char bytes[100];
    for (int i = 0; i < count; i++) {
        if (i % 5 == 0) { // a connection for five questions
            if (fd >= 0) close(fd);
            fd = socket(AF_INET, SOCK_STREAM, 0);
            if (connect(fd, (void *)&at, sizeof at)) return 1;
        }
        int n = snprintf(bytes, sizeof bytes, "question %d\n", i);
        if (send(fd, bytes, (size_t)n, 0) != n) return 2;
        size_t got = 0;
        while (got == 0 || bytes[got - 1] != '\n') {
            ssize_t more = recv(fd, bytes + got, sizeof bytes - got, 0);
            if (more <= 0) return 3;
            got += (size_t)more;
        }
        if (write(served, bytes, got) != (ssize_t)got) return 4;
    }
    puts("served all");
    return 0;
}
