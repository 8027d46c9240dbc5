// Runs a program many times for check.sh: many RUNS LIMIT_MS ENOUGH PROGRAM, each run with its own NOISE_SEED.
// Stops early after ENOUGH failures (0: never). Prints: runs, failures, and how often each end was seen. A run that
// takes longer than LIMIT_MS is killed and counts as a deadlock; one that prints to stdout something else than the
// first one that ended well is a failure, "other output". Single-threaded.
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { DEADLOCK = 600, OTHER_OUTPUT = 601, ENDS = 602 };
static unsigned ends[ENDS]; // exit code, 256 + signal, or the two above

static int run(char *program, int limit_ms, int output) {
    sigset_t child_ended;
    struct timespec limit = {limit_ms / 1000, limit_ms % 1000 * 1000000L};
    int status;
    sigemptyset(&child_ended);
    sigaddset(&child_ended, SIGCHLD);
    pid_t child = fork();
    if (child == 0) {
        int null = open("/dev/null", O_RDWR);
        dup2(null, 0);
        dup2(output, 1);
        dup2(null, 2);
        sigprocmask(SIG_UNBLOCK, &child_ended, NULL);
        execl(program, program, (char *)NULL);
        _exit(127);
    }
    int late = sigtimedwait(&child_ended, NULL, &limit) < 0;
    if (late)
        kill(child, SIGKILL);
    waitpid(child, &status, 0);
    if (late) {
        limit = (struct timespec){0};
        sigtimedwait(&child_ended, NULL, &limit);
        return DEADLOCK;
    }
    return WIFSIGNALED(status) ? 256 + WTERMSIG(status) : WEXITSTATUS(status);
}

int main(int argc, char **argv) {
    if (argc != 5)
        return 2;
    int runs = atoi(argv[1]), enough = atoi(argv[3]), failures = 0, done = 0, output = memfd_create("output", 0);
    static char first[4096], text[4096];
    ssize_t first_size = -1;
    sigset_t child_ended;
    sigemptyset(&child_ended);
    sigaddset(&child_ended, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child_ended, NULL);
    const char *preload = getenv("NOISE");
    for (; done < runs && (!enough || failures < enough); done++) {
        char seed[16];
        snprintf(seed, sizeof seed, "%d", done);
        setenv("NOISE_SEED", seed, 1);
        if (preload)
            setenv("LD_PRELOAD", preload, 1);
        if (ftruncate(output, 0) || lseek(output, 0, SEEK_SET))
            return 2;
        int end = run(argv[4], atoi(argv[2]), output);
        ssize_t size = pread(output, text, sizeof text, 0);
        if (end == 0 && first_size < 0)
            memcpy(first, text, (size_t)(first_size = size));
        else if (end == 0 && (size != first_size || memcmp(first, text, (size_t)size)))
            end = OTHER_OUTPUT;
        ends[end]++;
        failures += end != 0;
    }
    printf("%d\t%d", done, failures);
    for (int i = 1; i < ENDS; i++) {
        if (!ends[i])
            continue;
        if (i >= DEADLOCK)
            printf("\t%s: %u", i == DEADLOCK ? "deadlock" : "other output", ends[i]);
        else
            printf("\t%s %d: %u", i > 256 ? "signal" : "exit", i & 255, ends[i]);
    }
    return printf("\n") < 0;
}
