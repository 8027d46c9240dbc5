// What other parts need of the futexes between threads.
#ifndef SELFHEAL_FUTEX_H
#define SELFHEAL_FUTEX_H

#include "thread.h"

// Does what the kernel does at a thread's end: robust locks, and the word that pthread_join waits for.
void futex_thread_ends(struct thread *t);

#endif
