// A detached thread says that it is done, and then writes its last line into a journal that is a static object.
// Class:    thread exit against the end of main; C++.
// Window:   in the thread, behind sem_post and before its last write. Main passes places between the journal's
//           destructor and the end: its write, its close, exit_group.
// Fails:    abort, signal 6: the journal is closed.
// Schedule: main goes through the destructor within the window, then the thread goes on; a hold at sem_post for
//           2 places lets the thread write first.
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <semaphore.h>
#include <thread>
#include <unistd.h>

struct Journal {
    int file = open("/dev/null", O_WRONLY);
    void add(const char *line) {
        if (write(file, line, 5) != 5)
            std::abort();
    }
    ~Journal() {
        add("close");
        close(file);
    }
};
static sem_t done;
static Journal journal;

static void work() {
    for (int i = 0; i < 3; i++)
        journal.add("work\n");
    sem_post(&done);
    journal.add("last\n");
}

int main() {
    sem_init(&done, 0, 0);
    std::thread worker(work);
#ifndef FIXED
    worker.detach();
#endif
    while (sem_wait(&done) != 0) {}
#ifdef FIXED
    worker.join();
#endif
    return std::puts("done") < 0;
}
