// posix_spawn of a program that is missing says so.
#include <errno.h>
#include <spawn.h>
#include <stdio.h>

extern char **environ;

int main(void) {
    pid_t pid = 0;
    char *arguments[] = {"x", NULL};
    int error = posix_spawn(&pid, "/nonexistent", NULL, NULL, arguments, environ);
    printf("%d\n", error == ENOENT);
    return 0;
}
