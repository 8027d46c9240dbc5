// Two threads read messages from one pipe; a message is a length and a text, read by one call each.
// Class:    a pipe read by two threads.
// Window:   between the two reads of a message: before the second one.
// Fails:    exit 1, a thread takes the text of the other one's message, or text for a length.
// Schedule: any read of the other thread within the window; a hold at the first read for 2 places closes it.
// The pipe is filled and its end closed before the threads start, so nothing blocks.
#include <pthread.h>
#include <stdio.h>
#include "race.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int ends[2], seen[5];

static int read_message(void) { // its length, 0 at the end
    char length = 0, text[16] = "";
#ifdef FIXED
    pthread_mutex_lock(&lock);
#endif
    if (read(ends[0], &length, 1) == 1 && (length > 4 || read(ends[0], text, (size_t)length) != length))
        fail("a length is none, or its text is cut short");
#ifdef FIXED
    pthread_mutex_unlock(&lock);
#endif
    for (int i = 0; i < length; i++)
        if (text[i] != 'a' + length)
            fail("a length has the text of another message");
    return length;
}

static void *work(void *unused) {
    for (int length; (length = read_message()) > 0;) {
        pthread_mutex_lock(&lock);
        seen[length]++;
        pthread_mutex_unlock(&lock);
    }
    return unused;
}

int main(void) {
    pthread_t threads[2];
    static const char messages[] = "\1b\2cc\3ddd\4eeee\2cc";
    if (pipe(ends) || write(ends[1], messages, sizeof messages - 1) < 0)
        return 2;
    close(ends[1]);
    pthread_create(&threads[0], NULL, work, NULL);
    own_share();
    pthread_create(&threads[1], NULL, work, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    return printf("messages %d %d %d %d\n", seen[1], seen[2], seen[3], seen[4]) < 0;
}
