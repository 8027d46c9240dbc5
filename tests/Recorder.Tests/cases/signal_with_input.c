// A signal that arrives together with input does not lose the input: a child's last bytes and its SIGCHLD.
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int ended;
static void on_child(int signo) { ended += signo == SIGCHLD; }

int main(void) {
    struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_RESTART};
    int whole = 0;
    sigaction(SIGCHLD, &action, NULL);
    for (int i = 0; i < 200; i++) {
        char text[16] = "";
        int ends[2];
        if (pipe(ends))
            return 1;
        if (fork() == 0)
            _exit(write(ends[1], "some input", 10) != 10);
        close(ends[1]);
        ssize_t n = read(ends[0], text, sizeof text);
        whole += n == 10 && strcmp(text, "some input") == 0;
        close(ends[0]);
        while (wait(NULL) < 0) {}
    }
    printf("%d whole\n", whole);
    return 0;
}
