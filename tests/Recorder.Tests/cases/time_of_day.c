// time, gettimeofday, localtime, clock: all from the log.
#include <stdio.h>
#include <sys/time.h>
#include <time.h>

int main(void) {
    struct timeval now;
    gettimeofday(&now, NULL);
    time_t seconds = time(NULL);
    printf("close %d\n", seconds - now.tv_sec <= 1);
    printf("~ %ld.%06ld %ld %s~ cpu %ld\n", (long)now.tv_sec, (long)now.tv_usec, (long)seconds, ctime(&seconds), (long)clock());
    return 0;
}
