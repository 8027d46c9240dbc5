// Looks at files for a caller that does not see them: the engine, outside of the container that the launcher is in.
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int write_all(const char *text, size_t size) {
    for (ssize_t n; size > 0; text += n, size -= (size_t)n)
        if ((n = write(1, text, size)) <= 0)
            return LAUNCH_SETUP_FAILED;
    return 0;
}

int launch_show(const char *file) {
    static char buffer[1 << 16];
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        launch_fail(LAUNCH_NOT_FOUND, "cannot read %s: %s", file, strerror(errno));
    ssize_t n;
    while ((n = read(fd, buffer, sizeof buffer)) > 0)
        if (write_all(buffer, (size_t)n) != 0)
            return LAUNCH_SETUP_FAILED;
    if (n < 0)
        launch_fail(LAUNCH_NOT_FOUND, "cannot read %s: %s", file, strerror(errno));
    return 0;
}

int launch_find(char **files) {
    struct stat status;
    for (; *files != NULL; files++)
        if (stat(*files, &status) == 0 && S_ISREG(status.st_mode) && access(*files, X_OK) == 0)
            return write_all(*files, strlen(*files));
    return LAUNCH_NOT_FOUND;
}
