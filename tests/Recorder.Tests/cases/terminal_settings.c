// Terminal ioctls on what is no terminal, and on a pseudo-terminal of its own.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include "case.h"
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

int main(void) {
    struct winsize size = {.ws_row = 24, .ws_col = 80}, got = {0};
    struct termios settings;
    SAY(isatty(0));
    SAY(errno == ENOTTY);
    int master = posix_openpt(O_RDWR | O_NOCTTY), number = -1;
    SAY(grantpt(master));
    SAY(unlockpt(master));
    SAY(ioctl(master, TIOCGPTN, &number));
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    SAY(isatty(slave));
    SAY(tcgetattr(slave, &settings));
    SAY(ioctl(slave, TIOCSWINSZ, &size));
    SAY(ioctl(slave, TIOCGWINSZ, &got));
    cfmakeraw(&settings);
    SAY(tcsetattr(slave, TCSANOW, &settings));
    printf("%d %d\n~ %s\n", got.ws_row, got.ws_col, ptsname(master));
    return 0;
}
