// mysql-driver: runs one workload against a server and says whether its invariant held.
//
// One line of JSON on stdout; the exit code is 0 if the invariant held, 1 if it was violated, 2 if the server died,
// 3 if the workload cannot be run (with the sentence on stderr too).
#include "run.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct workload *const workloads[] = {&workload_flush, &workload_delete, &workload_processlist,
                                                   &workload_xpath, &workload_mixed};
#define WORKLOADS (sizeof workloads / sizeof *workloads)

static void usage(FILE *to) {
    fputs("usage: mysql-driver --socket PATH --workload NAME [--pairs N] [--clients K] [--timeout SECONDS]\n"
          "                    [--wait SECONDS] [--delay-us N] [--check-every N] [--keep-going]\n"
          "  runs N pairs (1000) of requests that race with one another\n"
          "  --clients K    mysql-3: clients beside SHOW PROCESSLIST (4)\n"
          "  --timeout S    for one answer (60)\n"
          "  --wait S       for the server to come up (10)\n"
          "  --delay-us N   mysql-1, mysql-2: between the two requests of a pair (0)\n"
          "  --check-every N  mysql-1, mysql-2: pairs between two looks into the binlog (100, the most)\n"
          "  --keep-going   counts violations instead of ending at the first\n"
          "workloads:\n",
          to);
    for (size_t i = 0; i < WORKLOADS; i++)
        fprintf(to, "  %s  %s: %s\n", workloads[i]->name, workloads[i]->statements, workloads[i]->invariant);
    fputs("exit code: 0 the invariant held, 1 violated, 2 the server died, 3 cannot run\n", to);
}

static void write_string(const char *text) {
    putchar('"');
    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        if (*at == '"' || *at == '\\') printf("\\%c", *at);
        else if (*at < 0x20 || *at >= 0x7F) printf("\\u%04x", *at);
        else putchar(*at);
    }
    putchar('"');
}

static void write_result(const struct run *run, const char *workload, double seconds) {
    printf("{\"workload\":\"%s\",\"pairs\":%lu,\"violations\":%lu,\"first_violation\":", workload, run->done,
           run->violations);
    if (run->violations) printf("%lu", run->first);
    else printf("null");
    printf(",\"server_died\":%s,\"text\":", run->end == RUN_SERVER_DIED ? "true" : "false");
    if (run->text[0]) write_string(run->text);
    else printf("null");
    printf(",\"seconds\":%.3f}\n", seconds);
}

static unsigned long number(const char *option, const char *text, unsigned long most) {
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (errno == 0 && end != text && *end == 0 && text[0] != '-' && value >= 1 && value <= most) return value;
    fprintf(stderr, "mysql-driver: --%s wants a number from 1 to %lu, and not %s\n", option, most, text);
    exit(RUN_CANNOT);
}

static const struct workload *workload_named(const char *name) {
    for (size_t i = 0; i < WORKLOADS; i++) {
        if (strcmp(workloads[i]->name, name) == 0) return workloads[i];
    }
    fprintf(stderr, "mysql-driver: there is no workload %s; --help lists them\n", name);
    exit(RUN_CANNOT);
}

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int count, char **arguments) {
    static const struct option options[] = {
        {"socket", required_argument, NULL, 's'},  {"workload", required_argument, NULL, 'w'},
        {"pairs", required_argument, NULL, 'p'},   {"clients", required_argument, NULL, 'c'},
        {"timeout", required_argument, NULL, 't'}, {"keep-going", no_argument, NULL, 'k'},
        {"wait", required_argument, NULL, 'a'},    {"delay-us", required_argument, NULL, 'd'},
        {"check-every", required_argument, NULL, 'e'}, {"help", no_argument, NULL, 'h'},
        {0},
    };
    struct run run = {.pairs = 1000, .clients = 4, .timeout_ms = 60000, .wait_ms = 10000, .batch = RUN_BATCH};
    const struct workload *workload = NULL;
    int option;
    while ((option = getopt_long(count, arguments, "", options, NULL)) != -1) {
        switch (option) {
        case 's': run.socket = optarg; break;
        case 'w': workload = workload_named(optarg); break;
        case 'p': run.pairs = number("pairs", optarg, INT_MAX); break; // they are SQL's INT
        case 'c': run.clients = (unsigned)number("clients", optarg, 32); break;
        case 't': run.timeout_ms = (int)number("timeout", optarg, 86400) * 1000; break;
        case 'a': run.wait_ms = (int)number("wait", optarg, 86400) * 1000; break;
        case 'd': run.delay_us = (long)number("delay-us", optarg, 1000000); break;
        case 'e': run.batch = (unsigned)number("check-every", optarg, RUN_BATCH); break;
        case 'k': run.keep_going = true; break;
        case 'h': usage(stdout); return 0;
        default: usage(stderr); return RUN_CANNOT;
        }
    }
    if (!run.socket || !workload || optind != count) {
        usage(stderr);
        return RUN_CANNOT;
    }
    double start = seconds_now();
    workload->work(&run);
    write_result(&run, workload->name, seconds_now() - start);
    if (run.end == RUN_CANNOT) fprintf(stderr, "mysql-driver: %s\n", run.text);
    return run.end;
}
