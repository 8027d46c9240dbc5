// Buffered input and output, a temporary file, an error.
// stdin: first line\nsecond line\n12 34\n
#include <errno.h>
#include "case.h"
#include <string.h>

int main(void) {
    char line[64];
    int a = 0, b = 0;
    printf("%s", fgets(line, sizeof line, stdin));
    printf("%s", fgets(line, sizeof line, stdin));
    SAY(scanf("%d %d", &a, &b));
    printf("%d\n", a + b);
    FILE *file = tmpfile();
    fprintf(file, "%d lines\n", 3);
    rewind(file);
    printf("%s", fgets(line, sizeof line, file));
    SAY(fopen("/nonexistent", "r") == NULL);
    puts(strerror(errno));
    return 0;
}
