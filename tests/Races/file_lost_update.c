// Two threads count visits in a file: read the number, close, add one, open again, write.
// Class:    lost update through a file.
// Window:   from the read to the write: before and behind close, open.
// Fails:    exit 1, a visit is lost.
// Schedule: the other thread's whole update within the window; a hold at the first open for 6 places keeps one
//           update together.
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include "race.h"

static const char path[] = "visits.txt";
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void visit(void) {
    char digit = '0';
    int file = open(path, O_RDONLY);
    if (read(file, &digit, 1) != 1)
        fail("the file of visits cannot be read");
    close(file);
    digit++;
    file = open(path, O_WRONLY);
    if (write(file, &digit, 1) != 1)
        fail("the file of visits cannot be written");
    close(file);
}

static void *work(void *unused) {
    for (int i = 0; i < 2; i++) {
#ifdef FIXED
        pthread_mutex_lock(&lock);
        visit();
        pthread_mutex_unlock(&lock);
#else
        (void)lock;
        visit();
#endif
    }
    return unused;
}

int main(void) {
    pthread_t threads[2];
    char digit = '0';
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (write(file, &digit, 1) != 1)
        return 2;
    pthread_create(&threads[0], NULL, work, NULL);
    own_share();
    pthread_create(&threads[1], NULL, work, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    if (pread(file, &digit, 1, 0) != 1)
        return 2;
    unlink(path);
    if (digit != '4')
        fail("a visit was not counted");
    return printf("visits %c\n", digit) < 0;
}
