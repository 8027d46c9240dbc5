// A server with a thread for each connection, in blocking calls: echo_threads PORT COUNT. Each line comes back; what
// has come is in the file `served`. It ends when COUNT connections have been closed.
#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int served;

static void *serve(void *argument) {
    int fd = (int)(long)argument;
    char bytes[64];
    for (ssize_t n; (n = read(fd, bytes, sizeof bytes)) > 0;) {
        pthread_mutex_lock(&lock);
        if (write(served, bytes, (size_t)n) != n) exit(3);
        pthread_mutex_unlock(&lock);
        if (send(fd, bytes, (size_t)n, MSG_NOSIGNAL) != n) exit(3);
    }
    close(fd);
    return NULL;
}

int main(int argc, char **argv) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])), .sin_addr = {htonl(INADDR_LOOPBACK)}}, from;
    int count = argc > 2 ? atoi(argv[2]) : 1, one = 1, listening = socket(AF_INET, SOCK_STREAM, 0);
    pthread_t threads[count];
    setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listening, (void *)&at, sizeof at) || listen(listening, 128)) return 1;
    served = open("served", O_WRONLY | O_CREAT | O_APPEND, 0644);
    for (int i = 0; i < count; i++) {
        socklen_t size = sizeof from;
        long fd = accept(listening, (void *)&from, &size);
        if (fd < 0 || from.sin_addr.s_addr != htonl(INADDR_LOOPBACK)) return 2;
        pthread_create(&threads[i], NULL, serve, (void *)fd);
    }
    for (int i = 0; i < count; i++) pthread_join(threads[i], NULL);
    puts("served all");
    return 0;
}
