// Four threads print at the same time, to both streams: the order is the same in the replay.
// flags: -pthread
#include <pthread.h>
#include <stdio.h>

static void *work(void *argument) {
    char line[32];
    for (int i = 0; i < 20; i++) {
        printf("~ thread %ld prints %d\n", (long)argument, i);
        if (i % 5 == (long)argument)
            fflush(stdout);
        snprintf(line, sizeof line, "~ %ld writes %d\n", (long)argument, i);
        fprintf(stderr, "%s", line);
        flockfile(stdout);
        fputs("~ two ", stdout);
        fputs("parts\n", stdout);
        funlockfile(stdout);
    }
    return NULL;
}

int main(void) {
    pthread_t threads[4];
    for (long i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, work, (void *)i);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    return puts("done") < 0;
}
