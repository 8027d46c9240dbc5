// A program on a terminal: keys COUNT. It reads COUNT keys in raw mode, by poll, select and plain reads in turn, some
// from /dev/tty, then a line in cooked mode, and notes in the file `served` what it got and how large the screen is.
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <termios.h>
#include <unistd.h>

static void wait_for_key(int fd, int way) {
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    struct timeval limit = {60, 0};
    fd_set set;
    FD_ZERO(&set);
    FD_SET(fd, &set);
    if (way == 1 && poll(&wait, 1, -1) != 1) exit(4);
    if (way == 2 && select(fd + 1, &set, NULL, NULL, &limit) != 1) exit(4);
}

int main(int argc, char **argv) {
    int count = argc > 1 ? atoi(argv[1]) : 1, tty = open("/dev/tty", O_RDWR), served = open("served", O_WRONLY | O_CREAT | O_APPEND, 0644);
    struct termios before, raw;
    struct winsize size;
    char line[200];
    if (tty < 0 || !isatty(0) || !isatty(1) || tcgetattr(0, &before) || ioctl(1, TIOCGWINSZ, &size)) return 2;
    raw = before;
    cfmakeraw(&raw);
    tcsetattr(0, TCSAFLUSH, &raw);
    for (int i = 0; i < count; i++) {
        char key = 0;
        printf("key %d of %d x %d?\r\n", i, size.ws_row, size.ws_col);
        fflush(stdout);
        int fd = i % 4 == 3 ? tty : 0;
        wait_for_key(fd, i % 3);
        if (read(fd, &key, 1) != 1) return 3;
        int n = snprintf(line, sizeof line, "%d x %d, key %d: %d\n", size.ws_row, size.ws_col, i, key);
        if (write(served, line, (size_t)n) != n || ioctl(0, TIOCGWINSZ, &size)) return 5;
    }
    tcsetattr(0, TCSADRAIN, &before);
    printf("a line, and the end?\n");
    fflush(stdout);
    for (ssize_t n; (n = read(0, line, sizeof line)) > 0;) {
        if (write(served, line, (size_t)n) != n) return 6;
        printf("more?\n");
        fflush(stdout);
    }
    puts("served all");
    return 0;
}
