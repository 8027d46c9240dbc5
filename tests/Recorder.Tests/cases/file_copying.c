// sendfile, copy_file_range and splice between files and a pipe.
#define _GNU_SOURCE
#include <fcntl.h>
#include "case.h"
#include <sys/sendfile.h>
#include <unistd.h>

int main(void) {
    char text[32] = "";
    int from = open("from", O_RDWR | O_CREAT | O_TRUNC, 0644), to = open("to", O_RDWR | O_CREAT | O_TRUNC, 0644);
    off_t at = 0, zero = 0;
    int ends[2];
    SAY(write(from, "0123456789", 10));
    SAY(sendfile(to, from, &at, 4));
    at = 4;
    SAY(copy_file_range(from, &at, to, NULL, 3, 0));
    SAY(pipe(ends));
    if (splice(from, &zero, ends[1], NULL, 5, 0) != 5) // a recorder may refuse it; programs have another way
        write(ends[1], "01234", 5);
    SAY(read(ends[0], text, 31));
    printf("%s ", text);
    SAY(pread(to, text, 31, 0));
    puts(text);
    return 0;
}
