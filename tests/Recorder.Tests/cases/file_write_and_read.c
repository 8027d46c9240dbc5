// A file is written, read back, renamed and removed.
#include <fcntl.h>
#include "case.h"
#include <sys/stat.h>
#include <unistd.h>

int main(void) {
    char text[32] = "";
    int fd = open("made", O_RDWR | O_CREAT | O_TRUNC, 0644);
    SAY(write(fd, "hello file", 10));
    SAY(lseek(fd, 6, SEEK_SET));
    SAY(read(fd, text, sizeof text));
    printf("%s ", text);
    SAY(fsync(fd));
    SAY(ftruncate(fd, 5));
    SAY(close(fd));
    SAY(rename("made", "other"));
    struct stat status;
    SAY(stat("other", &status));
    printf("%d\n", (int)status.st_size);
    printf("~ inode %lu time %ld\n", (unsigned long)status.st_ino, (long)status.st_mtime);
    SAY(unlink("other"));
    SAY(access("other", F_OK));
    return 0;
}
