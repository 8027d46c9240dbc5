// The memory policy of the process: what libnuma asks at its start.
#include "case.h"
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
    int mode = -1;
    unsigned long nodes[16] = {~0ul, ~0ul};
    SAY(syscall(SYS_get_mempolicy, &mode, nodes, 1024ul, 0ul, 0ul));
    SAY(mode);
    SAY(nodes[0]);
    SAY(nodes[15]);
    SAY(syscall(SYS_set_mempolicy, 0, NULL, 0ul));
    return 0;
}
