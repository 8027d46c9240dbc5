// prctl: name, dumpable, parent-death signal; umask; getgroups; nice.
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void) {
    char name[17] = "";
    int signal = -1;
    prctl(PR_SET_NAME, "renamed");
    prctl(PR_GET_NAME, name);
    printf("%s %d ", name, prctl(PR_SET_PDEATHSIG, 9));
    prctl(PR_GET_PDEATHSIG, &signal);
    printf("%d %d ", signal, prctl(PR_GET_DUMPABLE));
    umask(027);
    printf("%o ", umask(022));
    printf("%d %d\n", getgroups(0, NULL) >= 0, nice(0));
    return 0;
}
