// Times commands against each other: one of each in turn, round after round, so that drift of the machine
// hits all of them alike.
//
//   interleave ROUNDS [--stdin FILE] :: COMMAND [ARG]... [:: COMMAND [ARG]...]...
//
// `@` in an argument becomes the number of the round (a run directory for each run). Standard output goes to
// /dev/null. Every other round goes backward. Prints one line per round: for each command its wall time and its
// processor time (user + system, with children), both in nanoseconds, and its exit code (128 + signal).
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COMMANDS 8
#define ARGUMENTS 64

extern char **environ;

struct sample {
    long long wall, processor;
    int exit;
};

static const char *input = "/dev/null";

static _Noreturn void fail(const char *what) {
    perror(what);
    exit(125);
}

static long long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ll + t.tv_nsec;
}

static void fill_in(char *to, size_t size, const char *pattern, int round) {
    const char *mark = strchr(pattern, '@');
    if (mark == NULL)
        snprintf(to, size, "%s", pattern);
    else
        snprintf(to, size, "%.*s%d%s", (int)(mark - pattern), pattern, round, mark + 1);
}

static struct sample run(char **command, int round) {
    static char texts[ARGUMENTS][4096];
    char *arguments[ARGUMENTS + 1];
    int n = 0;
    for (; command[n] != NULL && n < ARGUMENTS; n++) {
        fill_in(texts[n], sizeof texts[n], command[n], round);
        arguments[n] = texts[n];
    }
    arguments[n] = NULL;
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, input, O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    pid_t pid;
    int status;
    struct rusage use;
    long long start = now();
    if (posix_spawnp(&pid, arguments[0], &files, NULL, arguments, environ) != 0)
        fail(arguments[0]);
    if (wait4(pid, &status, 0, &use) < 0)
        fail("wait4");
    struct sample s = {.wall = now() - start};
    s.processor = (use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000000000ll +
                  (use.ru_utime.tv_usec + use.ru_stime.tv_usec) * 1000ll;
    s.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    posix_spawn_file_actions_destroy(&files);
    return s;
}

int main(int argc, char **argv) {
    char **commands[COMMANDS];
    int count = 0, at = 2;
    if (at + 1 < argc && strcmp(argv[at], "--stdin") == 0) {
        input = argv[at + 1];
        at += 2;
    }
    for (; at < argc; at++) {
        if (strcmp(argv[at], "::") != 0)
            continue;
        argv[at] = NULL;
        if (count < COMMANDS)
            commands[count++] = &argv[at + 1];
    }
    int rounds = argc > 1 ? atoi(argv[1]) : 0;
    if (rounds < 1 || count < 1) {
        fprintf(stderr, "usage: interleave ROUNDS [--stdin FILE] :: COMMAND [ARG]... [:: COMMAND [ARG]...]...\n");
        return 125;
    }
    for (int round = 0; round < rounds; round++) {
        struct sample samples[COMMANDS];
        for (int i = 0; i < count; i++) {
            int which = round % 2 == 0 ? i : count - 1 - i;
            samples[which] = run(commands[which], round);
        }
        for (int i = 0; i < count; i++)
            printf("%lld %lld %d%s", samples[i].wall, samples[i].processor, samples[i].exit, i + 1 < count ? " " : "\n");
        fflush(stdout);
    }
}
