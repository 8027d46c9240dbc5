// Main looks for the result in one lock section, and waits in the next one, without a predicate.
// Class:    lost wake-up; C++.
// Window:   in main, behind the unlock of the look and before the lock of the wait.
// Fails:    deadlock: the notification comes before the wait.
// Schedule: the worker's section and its notify_one within the window; a hold at the unlock of the look for
//           3 places makes look and wait one.
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>
#include <vector>

static std::mutex lock;
static std::condition_variable changed;
static std::vector<int> results;

static void work(int round) {
    {
        std::lock_guard<std::mutex> guard(lock);
        results.push_back(round * round);
    }
    changed.notify_one();
}

static void wait_for(std::size_t count) {
#ifdef FIXED
    std::unique_lock<std::mutex> guard(lock);
    changed.wait(guard, [count] { return results.size() >= count; });
#else
    {
        std::lock_guard<std::mutex> guard(lock);
        if (results.size() >= count)
            return;
    }
    std::unique_lock<std::mutex> guard(lock);
    changed.wait(guard);
#endif
}

int main() {
    for (int round = 1; round <= 3; round++) {
        std::thread worker(work, round);
        wait_for(round);
        worker.join();
    }
    return std::printf("%d %d %d\n", results[0], results[1], results[2]) < 0;
}
