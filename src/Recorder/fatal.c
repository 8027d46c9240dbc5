// Our own end: a sentence on stderr and out.
//
// Where: anywhere, also in signal handlers.
#include "fatal.h"

#include "os.h"

#include <sys/syscall.h>

void complain(const char *sentence) {
    char line[768];
    os_format(line, sizeof line, "selfheal: %s\n", sentence);
    os_write(2, line, os_length(line));
}

_Noreturn void fatal(const char *sentence) {
    complain(sentence);
    for (;;) OS1(SYS_exit_group, 125);
}
