// posix_spawn, system, popen: children by vfork and exec.
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

extern char **environ;

int main(void) {
    pid_t pid;
    int status;
    char *arguments[] = {"sh", "-c", "exit 3", NULL}, line[64] = "";
    printf("%d ", posix_spawn(&pid, "/bin/sh", NULL, NULL, arguments, environ));
    printf("%d ", waitpid(pid, &status, 0) == pid);
    printf("%d ", WEXITSTATUS(status));
    printf("%d\n", WEXITSTATUS(system("exit 5")));
    FILE *pipe = popen("echo from a child; echo $$", "r");
    printf("%s", fgets(line, sizeof line, pipe));
    printf("~ %d %s", (int)pid, fgets(line, sizeof line, pipe));
    printf("%d\n", pclose(pipe));
    return 0;
}
