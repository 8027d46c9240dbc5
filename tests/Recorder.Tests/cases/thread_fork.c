// A thread forks while another one waits; fork handlers; the child has one thread and tells by a pipe.
// flags: -pthread
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static sem_t go;
static int ends[2], prepared, in_parent;

static void prepare(void) { prepared++; }
static void parent(void) { in_parent++; }
static void child(void) { prepared += 10; }

static void *fork_one(void *unused) {
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        free(malloc(1000));
        _exit(dprintf(ends[1], "child %d", prepared) - 4); // 4
    }
    return waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 4 ? "parent" : unused;
}
static void *wait_for_it(void *unused) { return sem_wait(&go) ? &go : unused; }

int main(void) {
    pthread_t threads[2];
    char text[32] = "";
    void *result;
    if (pipe(ends) || pthread_atfork(prepare, parent, child) || sem_init(&go, 0, 0))
        return 1;
    pthread_create(&threads[0], NULL, wait_for_it, NULL);
    pthread_create(&threads[1], NULL, fork_one, NULL);
    pthread_join(threads[1], &result), sem_post(&go), pthread_join(threads[0], NULL);
    int size = (int)read(ends[0], text, sizeof text - 1);
    return printf("%s %d %s %d %d\n", (char *)result, size, text, prepared, in_parent) < 0;
}
