// getrusage, times, getrlimit, uname, sysinfo, sched_getaffinity, getpriority.
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <unistd.h>

int main(void) {
    struct rusage usage;
    struct rlimit limit;
    struct utsname name;
    struct sysinfo info;
    struct tms times_used;
    cpu_set_t set;
    long ticks = times(&times_used);
    printf("%d %d ", getrusage(RUSAGE_SELF, &usage), getrlimit(RLIMIT_NOFILE, &limit));
    printf("%d %d %d\n", uname(&name), sysinfo(&info), sched_getaffinity(0, sizeof set, &set));
    printf("~ %ld %ld %ld %ld %s %d cpu %d\n", usage.ru_minflt, usage.ru_utime.tv_usec, ticks, info.uptime, name.release,
           info.procs, sched_getcpu());
    printf("~ %ld %ld\n", sysconf(_SC_NPROCESSORS_ONLN), sysconf(_SC_AVPHYS_PAGES));
    return 0;
}
