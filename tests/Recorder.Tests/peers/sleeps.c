// Sends what one client says back; where there is a file `sleep`, it then waits 8.4 s in all, in four ways, and aborts
// if its clocks have not gone on by as much: sleeps PORT.
#include <arpa/inet.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SLEEP 4
#define WAIT_MS 200 // for input; longer, and the run is idle

static void sleep_by(int way, int listening) {
    struct timespec time = {SLEEP, 0};
    struct timeval limit = {0, WAIT_MS * 1000};
    struct pollfd wait = {.fd = listening, .events = POLLIN};
    fd_set set;
    FD_ZERO(&set);
    FD_SET(listening, &set);
    if (way == 0 && poll(&wait, 1, WAIT_MS)) abort();
    if (way == 1 && select(listening + 1, &set, NULL, NULL, &limit)) abort();
    if (way == 2 && nanosleep(&time, NULL)) abort();
    if (way != 3) return;
    clock_gettime(CLOCK_MONOTONIC, &time);
    time.tv_sec += SLEEP;
    if (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL)) abort();
}

static double seconds(int clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[argc - 1])), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    char line[1000];
    int one = 1, listening = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listening, (void *)&at, sizeof at) || listen(listening, 1)) return 1;
    int fd = accept(listening, NULL, NULL);
    for (ssize_t n; (n = read(fd, line, sizeof line)) > 0;)
        if (write(fd, line, (size_t)n) != n) return 2;
    for (int way = 0; way < 4 && !access("sleep", F_OK); way++) {
        double monotonic = seconds(CLOCK_MONOTONIC), real = seconds(CLOCK_REALTIME);
        sleep_by(way, listening);
        double least = way < 2 ? WAIT_MS / 1e3 : SLEEP;
        if (seconds(CLOCK_MONOTONIC) - monotonic < least || seconds(CLOCK_REALTIME) - real < least) abort();
    }
    return 0;
}
