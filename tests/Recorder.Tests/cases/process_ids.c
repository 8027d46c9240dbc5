// The ids that a program asks for come from the log.
#include <stdio.h>
#include <unistd.h>

int main(void) {
    printf("~ pid %d ppid %d group %d session %d\n", getpid(), getppid(), getpgrp(), getsid(0));
    printf("uid %d %d gid %d %d\n", getuid(), geteuid(), getgid(), getegid());
    return 0;
}
