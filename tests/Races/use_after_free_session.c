// A request looks its session up in one lock section and uses it in the next; the other thread ends the session.
// Class:    use after free (freed by another thread between two lock sections).
// Window:   in request, behind the unlock of the look-up and before the lock of the use.
// Fails:    signal 11: the session is large, so free gives its memory back to the kernel.
// Schedule: the whole of end_session within the window; a hold at the look-up's unlock for 2 places closes it.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct session {
    int requests;
    char buffer[1 << 20];
};
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct session *current;

static void request(void) {
    pthread_mutex_lock(&lock);
    struct session *session = current;
#ifndef FIXED
    pthread_mutex_unlock(&lock);
    pthread_mutex_lock(&lock);
#endif
    if (session)
        session->requests++;
    pthread_mutex_unlock(&lock);
}

static void *serve(void *unused) {
    for (int i = 0; i < 4; i++)
        request();
    return unused;
}

static void *end_session(void *unused) {
    pthread_mutex_lock(&lock);
    struct session *session = current;
    current = NULL;
    pthread_mutex_unlock(&lock);
    free(session);
    return unused;
}

int main(void) {
    pthread_t threads[2];
    current = calloc(1, sizeof *current);
    pthread_create(&threads[0], NULL, serve, NULL);
    pthread_create(&threads[1], NULL, end_session, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    return printf("ended %d\n", current == NULL) < 0;
}
