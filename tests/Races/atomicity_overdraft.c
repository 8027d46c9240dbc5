// Two cash machines pay out from one account; each asks for the balance first, and pays in a second lock section.
// Class:    atomicity violation (check, then act).
// Window:   in take_out, behind the unlock of the check and before the lock of the payment.
// Fails:    abort, signal 6: the balance is below zero.
// Schedule: the other machine's payment within the window, while there is money for one only; a hold at the
//           unlock behind the check for 2 places keeps check and payment together.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int balance = 100;

static void take_out(int amount) {
    pthread_mutex_lock(&lock);
    int enough = balance >= amount;
#ifndef FIXED
    pthread_mutex_unlock(&lock);
    pthread_mutex_lock(&lock);
#endif
    if (enough)
        balance -= amount;
    if (balance < 0)
        abort();
    pthread_mutex_unlock(&lock);
}

static void *machine(void *unused) {
    for (int i = 0; i < 3; i++)
        take_out(30);
    return unused;
}

int main(void) {
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, machine, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    return printf("balance %d\n", balance) < 0;
}
