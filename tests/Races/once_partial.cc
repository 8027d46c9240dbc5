// A service is made by std::call_once, but callers take a short way past it as soon as the pointer is there.
// Class:    double-checked initialisation; C++.
// Window:   in the first caller, from the store of the pointer to that of the function: the system calls in load.
// Fails:    abort, signal 6: std::bad_function_call from the empty function.
// Schedule: another caller within the window; a hold at open for 4 places lets the first one finish.
#include <atomic>
#include <cstdio>
#include <fcntl.h>
#include <functional>
#include <mutex>
#include <thread>
#include <unistd.h>
#include "race.h"

struct Service {
    std::function<int(int)> answer;
    void load() {
        char offset = 1;
        int file = open("/dev/zero", O_RDONLY);
        if (read(file, &offset, 1) == 1)
            answer = [offset](int question) { return question + offset; };
        close(file);
    }
};
static std::once_flag once;
static std::atomic<Service *> service;

static Service &get_service() {
#ifndef FIXED
    if (Service *made = service)
        return *made;
#endif
    std::call_once(once, [] {
        service = new Service;
        service.load()->load();
    });
    return *service;
}

static void ask(int *result) { *result = get_service().answer(7); }

int main() {
    int results[3];
    {
        std::thread one(ask, &results[0]);
        own_share();
        std::thread two(ask, &results[1]), three(ask, &results[2]);
        one.join();
        two.join();
        three.join();
    }
    delete service.load();
    return std::printf("%d %d %d\n", results[0], results[1], results[2]) < 0;
}
