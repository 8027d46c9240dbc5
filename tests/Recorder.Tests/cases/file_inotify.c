// inotify reports what happens in a directory.
#include <fcntl.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <unistd.h>

int main(void) {
    char events[1024];
    int fd = inotify_init1(IN_CLOEXEC);
    printf("%d ", inotify_add_watch(fd, ".", IN_CREATE | IN_DELETE));
    close(open("made", O_WRONLY | O_CREAT, 0644));
    unlink("made");
    int n = read(fd, events, sizeof events);
    for (char *at = events; at < events + n; at += sizeof(struct inotify_event) + ((struct inotify_event *)at)->len)
        printf("%#x %s ", ((struct inotify_event *)at)->mask, ((struct inotify_event *)at)->name);
    return printf("\n") < 0;
}
