// Keeps a copy of what the program writes to its inherited standard output and error (SH_FLAG_TEE).
#ifndef SELFHEAL_TEE_H
#define SELFHEAL_TEE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/uio.h>

// Appends `size` bytes of the pieces to RUN/stdout or RUN/stderr.
void tee_output(bool error, const struct iovec *pieces, unsigned count, size_t size);
// Writes out what is still held back.
void tee_flush(void);

#endif
