// Four threads append to one file; its content shows their order.
// flags: -pthread
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static int file;

static void *work(void *argument) {
    char line[32];
    for (int i = 0; i < 10; i++) {
        int size = snprintf(line, sizeof line, "~ %ld.%d\n", (long)argument, i);
        if (write(file, line, (size_t)size) != size)
            return (void *)1;
    }
    return NULL;
}

int main(void) {
    pthread_t threads[4];
    static char text[1000];
    file = open("appended", O_RDWR | O_CREAT | O_TRUNC | O_APPEND, 0600);
    for (long i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, work, (void *)i);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    ssize_t size = pread(file, text, sizeof text - 1, 0);
    printf("%s%d\n", text, (int)size);
    return close(file) + unlink("appended");
}
