// An import writes half a record and throws if the rest is bad; the handler, in a lock section of its own, takes
// the half back.
// Class:    atomicity violation (state in between while an exception travels); C++.
// Window:   from the unlock by the unwinding to the lock in the handler.
// Fails:    exit 1, the reader counts more names than numbers.
// Schedule: the reader's section within the window; a hold at the unlock for 2 places takes the half back first.
#include <cstdio>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>
#include "race.h"

static std::mutex lock;
static std::vector<std::string> names;
static std::vector<int> numbers;

static void import(const char *name, int number) {
    std::lock_guard<std::mutex> guard(lock);
#ifdef FIXED
    if (number < 0)
        throw std::invalid_argument("a negative number");
#endif
    names.push_back(name);
    if (number < 0)
        throw std::invalid_argument("a negative number");
    numbers.push_back(number);
}

static void import_all() {
    for (int number : {5, -1, 7, -1, 9}) {
        try {
            import("name", number);
        } catch (const std::invalid_argument &) {
            std::lock_guard<std::mutex> guard(lock);
            names.resize(numbers.size());
        }
    }
}

static void look() {
    for (int i = 0; i < 4; i++) {
        std::lock_guard<std::mutex> guard(lock);
        if (names.size() != numbers.size())
            fail("a record is half there");
    }
}

int main() {
    std::thread one(import_all), two(look);
    one.join();
    two.join();
    return std::printf("records %d\n", (int)names.size()) < 0;
}
