// The recorded standard input that a replay has not used when it goes live.
//
// Where: in the hook, once, when a replay goes over to live execution.
// Rules: what the rest of the log holds for standard input (whichever descriptors it goes by) comes first, then
//        what the replay's own standard input has: the engine gives it what the recorded run left unread.
#include "live_input.h"

#include "control.h"
#include "fds.h"
#include "os.h"
#include "replay.h"

#include <fcntl.h>
#include <stdbool.h>
#include <sys/syscall.h>

#define CHUNK (1 << 30)
#define DESCRIPTORS 1024 // a program that moves its standard input higher up is rare

static void append(int to, const uint8_t *from, size_t size) {
    while (size) {
        long n = os_write(to, from, size);
        if (n <= 0) return;
        from += n;
        size -= (size_t)n;
    }
}

static int whole = -1;
static bool any, inputs[DESCRIPTORS]; // which of the log's descriptors are standard input, as its reading goes on

void live_input_begin(void) {
    whole = (int)OS2(SYS_memfd_create, "selfheal-input", 0);
    for (int fd = 0; fd < DESCRIPTORS; fd++) inputs[fd] = fds_kind(fd) == FD_INPUT && !fds_peer(fd);
}

void live_input_rest(const struct replay_event *e) {
    int from, made = replay_makes_descriptor(e, &from);
    if (made >= 0 && made < DESCRIPTORS) inputs[made] = from >= 0 && from < DESCRIPTORS && inputs[from];
    if (whole < 0 || e->fd < 0 || e->fd >= DESCRIPTORS || !e->stream_size || !inputs[e->fd]) return;
    append(whole, e->stream, e->stream_size);
    any = true;
}

void live_input_end(void) {
    if (whole < 0) return;
    bool rest_added = false;
    for (int fd = 0; any && fd < DESCRIPTORS; fd++) {
        if (fds_kind(fd) != FD_INPUT || fds_peer(fd) || OS3(SYS_fcntl, fd, F_GETFD, 0) < 0) continue;
        if (!rest_added) {
            while (OS4(SYS_sendfile, whole, fd, 0, CHUNK) > 0) {}
            OS3(SYS_lseek, whole, 0, SEEK_SET);
            rest_added = true;
        }
        OS3(SYS_dup3, whole, fd, 0);
    }
    os_close(whole);
}
