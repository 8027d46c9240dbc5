// A second thread replaces the program while the first one waits for it.
// flags: -pthread
// expect-exit: 6
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static void *work(void *unused) {
    puts("before");
    fflush(stdout);
    execl("/bin/sh", "sh", "-c", "exit 6", (char *)NULL);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    pthread_join(thread, NULL);
    return 1;
}
