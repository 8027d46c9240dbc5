// Keeps a copy of what the program writes to its inherited standard output and error (SH_FLAG_TEE).
//
// Where: in the hook. A few system calls per 64 KiB or at the program's end, so that small writes cost nothing
// but a copy; what a killed program leaves unflushed can be had from a replay.
#include "tee.h"

#include "control.h"
#include "os.h"

#include <fcntl.h>

struct tee {
    size_t used;
    uint8_t bytes[65536];
};
static struct tee tees[2];

static void flush(bool error) {
    struct tee *t = &tees[error];
    if (!t->used) return;
    char path[1200];
    control_path(path, sizeof path, error ? "stderr" : "stdout");
    int fd = os_open(path, O_WRONLY | O_CREAT | O_APPEND, 0666);
    if (fd >= 0) {
        os_write(fd, t->bytes, t->used);
        os_close(fd);
    }
    t->used = 0;
}

void tee_flush(void) {
    flush(false);
    flush(true);
}

void tee_output(bool error, const struct iovec *pieces, unsigned count, size_t size) {
    if (!(control->flags & SH_FLAG_TEE)) return;
    struct tee *t = &tees[error];
    for (unsigned i = 0; i < count && size; i++) {
        const uint8_t *from = pieces[i].iov_base;
        size_t n = pieces[i].iov_len < size ? pieces[i].iov_len : size;
        size -= n;
        while (n) {
            size_t part = sizeof t->bytes - t->used < n ? sizeof t->bytes - t->used : n;
            os_copy(t->bytes + t->used, from, part);
            t->used += part;
            from += part;
            n -= part;
            if (t->used == sizeof t->bytes) flush(error);
        }
    }
}
