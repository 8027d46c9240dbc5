// The order in which a directory lists its entries.
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void) {
    char name[32];
    int count = 0;
    mkdir("d", 0755);
    for (int i = 0; i < 40; i++) {
        snprintf(name, sizeof name, "d/file-%d", i * 7919 % 1000);
        close(open(name, O_WRONLY | O_CREAT, 0644));
    }
    DIR *directory = opendir("d");
    for (struct dirent *entry; (entry = readdir(directory)) != NULL; count++)
        printf("~ %s %lu\n", entry->d_name, (unsigned long)entry->d_ino);
    closedir(directory);
    return printf("%d\n", count) < 0;
}
