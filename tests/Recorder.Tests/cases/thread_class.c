// Threads see the scheduling class that they have without the recorder; children, by fork and by spawn, have it; a
// class that a thread chooses stays.
// flags: -pthread -D_GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void *own(void *unused) {
    struct sched_param none = {0};
    int before = sched_getscheduler(0);
    if (sched_setscheduler(0, SCHED_IDLE, &none)) return unused;
    return before == SCHED_OTHER && sched_getscheduler(0) == SCHED_IDLE ? "as chosen" : "not so";
}

int main(void) {
    pthread_t thread;
    void *text = NULL;
    int status = 0, spawned = 0;
    pthread_create(&thread, NULL, own, NULL);
    pid_t pid = fork();
    if (pid == 0) _exit(10 + sched_getscheduler(0));
    waitpid(pid, &status, 0);
    char *command[] = {"/bin/sh", "-c", "exit $(( $(sed -n 's/^policy *: *//p' /proc/$$/sched) + 20 ))", NULL};
    if (posix_spawn(&pid, command[0], NULL, NULL, command, environ)) return 1;
    waitpid(pid, &spawned, 0);
    pthread_join(thread, &text);
    return printf("%d %d %d %s\n", sched_getscheduler(0), WEXITSTATUS(status), WEXITSTATUS(spawned), (char *)text) < 0;
}
