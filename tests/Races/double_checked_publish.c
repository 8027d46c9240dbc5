// Double-checked initialisation that publishes the object first and fills it in afterwards.
// Class:    double-checked initialisation.
// Window:   in the first caller, from the store to `names` to the store to `names->table`: the places of the
//           system calls that read the table.
// Fails:    signal 11: the second caller takes the short way and follows a null pointer.
// Schedule: the second caller's load within the window; a hold at open for 4 places lets the first one finish.
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include "race.h"

struct names {
    char *table;
    int size;
};
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct names *volatile names;

static void fill(struct names *object) {
    char *table = calloc(1, 64);
    int file = open("/dev/zero", O_RDONLY);
    object->size = (int)read(file, table, 64);
    close(file);
    object->table = table;
}

static struct names *get_names(void) {
#ifdef FIXED
    pthread_mutex_lock(&lock);
#else
    if (names)
        return names;
    pthread_mutex_lock(&lock);
#endif
    if (!names) {
        names = calloc(1, sizeof *names);
        fill(names);
    }
    struct names *object = names;
    pthread_mutex_unlock(&lock);
    return object;
}

static void *work(void *unused) {
    (void)unused;
    return (void *)(long)(get_names()->table[3] + 1);
}

int main(void) {
    pthread_t threads[3];
    long sum = 0;
    pthread_create(&threads[0], NULL, work, NULL);
    own_share();
    for (int i = 1; i < 3; i++)
        pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < 3; i++) {
        void *one;
        pthread_join(threads[i], &one);
        sum += (long)one;
    }
    return printf("sum %ld, size %d\n", sum, names->size) < 0;
}
