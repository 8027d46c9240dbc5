// A pipe between two threads, filled beyond its size, so that both sides block.
// flags: -pthread
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int ends[2];

static void *produce(void *unused) {
    char block[1000];
    for (int i = 0; i < 40; i++) {
        memset(block, 'a' + i % 26, sizeof block);
        if (write(ends[1], block, sizeof block) != sizeof block)
            puts("short write");
    }
    close(ends[1]);
    return unused;
}

int main(void) {
    pthread_t thread;
    char block[700];
    long total = 0, sum = 0, n;
    if (pipe2(ends, O_CLOEXEC))
        return 1;
    printf("%d\n", fcntl(ends[0], F_SETPIPE_SZ, 4096));
    pthread_create(&thread, NULL, produce, NULL);
    while ((n = read(ends[0], block, sizeof block)) > 0) {
        printf("~ %ld\n", n);
        for (int i = 0; i < n; i++)
            sum = (sum * 31 + block[i]) % 1000003;
        total += n;
    }
    pthread_join(thread, NULL);
    return printf("%ld %ld\n", total, sum) < 0;
}
