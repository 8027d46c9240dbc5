// posix_spawn and system from two threads at the same time.
// flags: -pthread
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

extern char **environ;

static void *spawn(void *unused) {
    char *arguments[] = {"sh", "-c", "exit 5", NULL};
    pid_t pid;
    int status = 0;
    (void)unused;
    if (posix_spawn(&pid, "/bin/sh", NULL, NULL, arguments, environ) || waitpid(pid, &status, 0) != pid)
        return NULL;
    return (void *)(long)WEXITSTATUS(status);
}
static void *call_system(void *unused) {
    (void)unused;
    return (void *)(long)WEXITSTATUS(system("exit 6"));
}

int main(void) {
    pthread_t threads[2];
    void *results[2];
    pthread_create(&threads[0], NULL, spawn, NULL);
    pthread_create(&threads[1], NULL, call_system, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], &results[i]);
    return printf("%ld %ld\n", (long)results[0], (long)results[1]) < 0;
}
