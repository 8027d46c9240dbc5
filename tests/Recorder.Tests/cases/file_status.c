// stat, lstat, fstat, statx, statfs, access, readlink, getcwd.
#define _GNU_SOURCE
#include <fcntl.h>
#include "case.h"
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

int main(void) {
    struct stat s;
    struct statx x;
    struct statfs f;
    char text[512] = "";
    SAY(stat("/etc/passwd", &s));
    printf("%o ", s.st_mode);
    printf("%d %d ", lstat("/proc/self", &s), fstat(0, &s));
    printf("%d %d ", statx(AT_FDCWD, "/etc/passwd", 0, STATX_ALL, &x), statfs("/", &f));
    printf("%d %d\n", access("/etc/shadow-none", R_OK), symlink("target", "link"));
    printf("~ %lld %ld %ld %ld\n", (long long)x.stx_btime.tv_sec, (long)f.f_bfree, (long)s.st_ino, (long)x.stx_mnt_id);
    SAY(readlink("link", text, sizeof text));
    printf("%s\n", text);
    printf("~ %s\n", getcwd(text, sizeof text));
    text[readlink("/proc/self/exe", text, sizeof text - 1)] = 0;
    printf("%d\n", text[0] == '/');
    return 0;
}
