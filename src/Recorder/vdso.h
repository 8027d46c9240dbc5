// The kernel's functions in user space (time, processor number), replaced by ours.
#ifndef SELFHEAL_VDSO_H
#define SELFHEAL_VDSO_H

#include <linux/time_types.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/time.h>

// Redirects the vDSO. What cannot be redirected makes a system call instead (traps are counted).
void vdso_start(void);
// Is the clock one whose readings are events (SH_EVENT_CLOCK)?
bool vdso_knows(int clock);
// Reads it: for real and logged, from the log, or live (going on from the log's last reading).
struct __kernel_timespec vdso_now(int clock);


// What the vDSO's functions become: os_x86_64.S switches stacks and calls the `our` ones.
long vdso_gettime(int clock, struct __kernel_timespec *to);
long vdso_gettimeofday(struct timeval *to, int32_t zone[2]);
int64_t vdso_time(int64_t *to);
long vdso_our_gettime(int clock, struct __kernel_timespec *to);
long vdso_our_gettimeofday(struct timeval *to, int32_t zone[2]);
int64_t vdso_our_time(int64_t *to);

#endif
