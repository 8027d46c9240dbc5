// Two threads move stock between two shelves, in opposite directions; each locks its source first.
// Class:    deadlock by lock order.
// Window:   between a thread's two locks: before the second one.
// Fails:    deadlock: each has its source and wants the other's.
// Schedule: a switch before the second lock, to a thread that is not in the middle; a hold at the first lock for
//           2 places lets a thread take both.
#include <pthread.h>
#include <stdio.h>

static struct shelf {
    pthread_mutex_t lock;
    int stock;
} shelves[2] = {{PTHREAD_MUTEX_INITIALIZER, 10}, {PTHREAD_MUTEX_INITIALIZER, 10}};

static void *move(void *argument) {
    struct shelf *from = argument, *to = from == shelves ? &shelves[1] : shelves;
#ifdef FIXED
    struct shelf *first = shelves, *second = &shelves[1];
#else
    struct shelf *first = from, *second = to;
#endif
    for (int i = 0; i < 3; i++) {
        pthread_mutex_lock(&first->lock);
        pthread_mutex_lock(&second->lock);
        from->stock--;
        to->stock++;
        pthread_mutex_unlock(&second->lock);
        pthread_mutex_unlock(&first->lock);
    }
    return NULL;
}

int main(void) {
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, move, &shelves[i]);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    return printf("%d %d\n", shelves[0].stock, shelves[1].stock) < 0;
}
