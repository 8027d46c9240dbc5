// The program's calls of the pthread functions, in the order of sync_real[]: X(function, operation, form)
//   BEFORE   a place, then on to the real one by a jump
//   AROUND   a place, the real one, a place behind it: functions that let others go on
//   SPIN     waits without a system call: tried again and again, others run in between
#ifndef SELFHEAL_SYNC_H
#define SELFHEAL_SYNC_H

#define SYNC_FUNCTIONS(X) \
    X(pthread_mutex_lock, 1, BEFORE) X(pthread_mutex_trylock, 2, BEFORE) X(pthread_mutex_timedlock, 3, BEFORE) \
    X(pthread_mutex_clocklock, 4, BEFORE) X(pthread_mutex_unlock, 5, AROUND) \
    X(pthread_rwlock_rdlock, 6, BEFORE) X(pthread_rwlock_tryrdlock, 7, BEFORE) X(pthread_rwlock_timedrdlock, 8, BEFORE) \
    X(pthread_rwlock_clockrdlock, 9, BEFORE) X(pthread_rwlock_wrlock, 10, BEFORE) X(pthread_rwlock_trywrlock, 11, BEFORE) \
    X(pthread_rwlock_timedwrlock, 12, BEFORE) X(pthread_rwlock_clockwrlock, 13, BEFORE) X(pthread_rwlock_unlock, 14, AROUND) \
    X(pthread_cond_wait, 15, BEFORE) X(pthread_cond_timedwait, 16, BEFORE) X(pthread_cond_clockwait, 17, BEFORE) \
    X(pthread_cond_signal, 18, AROUND) X(pthread_cond_broadcast, 19, AROUND) \
    X(sem_wait, 20, BEFORE) X(sem_trywait, 21, BEFORE) X(sem_timedwait, 22, BEFORE) X(sem_clockwait, 23, BEFORE) X(sem_post, 24, AROUND) \
    X(pthread_barrier_wait, 25, BEFORE) X(pthread_once, 26, BEFORE) \
    X(pthread_spin_lock, 27, SPIN) X(pthread_spin_trylock, 28, BEFORE) X(pthread_spin_unlock, 29, AROUND) \
    X(pthread_join, 31, BEFORE) X(pthread_detach, 32, BEFORE) X(pthread_exit, 33, BEFORE) X(pthread_cancel, 34, BEFORE)

#ifndef __ASSEMBLER__
// Finds the program's own functions; the first of its calls does it, at the latest its first thread.
void sync_resolve(void);
#endif
#endif
