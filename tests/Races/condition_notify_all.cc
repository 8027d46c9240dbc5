// Every consumer waits with `if` in place of a predicate; the producer notifies all of them for each item.
// Class:    condition without a loop (broadcast); C++.
// Window:   in main, behind the thread creation and before the lock for the item that this thread is to get.
// Fails:    abort, signal 6: std::out_of_range, a woken consumer finds that its item is gone.
// Schedule: one consumer waits, and another one takes the item before the first is back; a hold at the thread
//           creation for 4 places puts the item in before its consumer comes.
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>
#include <vector>
#include "race.h"

static std::mutex lock;
static std::condition_variable filled;
static std::vector<int> items;
static int sum;

static void consume() {
    own_share();
    std::unique_lock<std::mutex> guard(lock);
#ifdef FIXED
    filled.wait(guard, [] { return !items.empty(); });
#else
    if (items.empty())
        filled.wait(guard);
#endif
    sum += items.at(items.size() - 1);
    items.pop_back();
}

int main() {
    std::vector<std::thread> consumers;
    for (int i = 1; i <= 3; i++) {
        consumers.emplace_back(consume);
        {
            std::lock_guard<std::mutex> guard(lock);
            items.push_back(i);
        }
        filled.notify_all();
    }
    for (std::thread &consumer : consumers)
        consumer.join();
    return std::printf("sum %d\n", sum) < 0;
}
