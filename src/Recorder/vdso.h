// The kernel's functions in user space (time, processor number), replaced by ours.
#ifndef SELFHEAL_VDSO_H
#define SELFHEAL_VDSO_H

#include <linux/time_types.h>
#include <stdbool.h>

// Redirects the vDSO. What cannot be redirected makes a system call instead (traps are counted).
void vdso_start(void);
// Is the clock one whose readings are events (SH_EVENT_CLOCK)?
bool vdso_knows(int clock);
// Reads it: for real and logged, from the log, or live (going on from the log's last reading).
struct __kernel_timespec vdso_now(int clock);

#endif
