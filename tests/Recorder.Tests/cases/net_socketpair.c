// A socket pair inside the program: its own bytes come back to it.
#include "case.h"
#include <sys/socket.h>
#include <unistd.h>

int main(void) {
    int ends[2];
    char text[32] = "";
    SAY(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
    SAY(send(ends[0], "through a pair", 14, 0));
    SAY(recv(ends[1], text, 7, MSG_PEEK));
    printf("%s ", text);
    SAY(recv(ends[1], text, 31, 0));
    printf("%s ", text);
    SAY(recv(ends[1], text, 31, MSG_DONTWAIT));
    close(ends[0]);
    SAY(recv(ends[1], text, 31, 0));
    return 0;
}
