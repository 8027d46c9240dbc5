// A file that the program itself makes is there under its later names, to be read and mapped, and gone when removed.
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static char first_of(const char *path) {
    int fd = open(path, O_RDONLY);
    if (fd < 0) return '-';
    char *mapped = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0), c = mapped == MAP_FAILED ? '?' : *mapped;
    close(fd);
    return c;
}

int main(void) {
    int fd = open("new", O_CREAT | O_WRONLY | O_TRUNC, 0644), again;
    if (fd < 0 || write(fd, "abc", 3) != 3 || close(fd)) return 1;
    printf("%c", first_of("./new"));
    if (mkdir("d", 0755) || rename("new", "d//renamed") || link("d/renamed", "linked")) return 2;
    printf("%c%c%c", first_of("new"), first_of("d/renamed"), first_of("linked"));
    again = open("linked", O_WRONLY | O_APPEND);
    if (again < 0 || pwrite(again, "xyz", 3, 0) < 0 || close(again) || unlink("linked")) return 3;
    printf("%c%c\n", first_of("linked"), first_of("./d/./renamed"));
    return 0;
}
