// A child, unrecorded, sends what only it knows through a pipe.
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(void) {
    int ends[2], status;
    char text[64] = "";
    pipe(ends);
    pid_t child = fork();
    if (child == 0) {
        dprintf(ends[1], "child %d", getpid());
        _exit(7);
    }
    close(ends[1]);
    int n = read(ends[0], text, sizeof text);
    printf("same %d\n", n > 0 && waitpid(child, &status, 0) == child);
    printf("~ %s %d\n", text, child);
    printf("exit %d end %d\n", WEXITSTATUS(status), (int)read(ends[0], text, sizeof text));
    return 0;
}
