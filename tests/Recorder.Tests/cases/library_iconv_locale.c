// The C library opens modules and files by itself: iconv, locale, users, time zone.
#include <iconv.h>
#include <locale.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(void) {
    char in[] = "gr\xfc\xdf", out[16] = "", *from = in, *to = out;
    size_t left = 4, room = 15;
    setlocale(LC_ALL, "C.UTF-8");
    iconv_t convert = iconv_open("UTF-8", "ISO-8859-1");
    printf("%d %s\n", (int)iconv(convert, &from, &left, &to, &room), out);
    struct passwd *root = getpwuid(0);
    setenv("TZ", "Europe/Berlin", 1);
    time_t day = 1700000000;
    printf("%s %s", root ? root->pw_name : "none", ctime(&day));
    return 0;
}
