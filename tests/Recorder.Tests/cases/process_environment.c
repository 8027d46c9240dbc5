// Neither the environment nor /proc/self/environ's readers learn of the recorder.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

int main(void) {
    int ours = 0;
    for (char **at = environ; *at != NULL; at++)
        ours += strncmp(*at, "LD_PRELOAD", 10) == 0 || strncmp(*at, "SELFHEAL", 8) == 0;
    printf("%d %s %s\n", ours, getenv("LD_PRELOAD"), getenv("TZ"));
    fflush(stdout);
    return system("env | grep -E '^(LD_PRELOAD|SELFHEAL)' && exit 9; exit 0");
}
