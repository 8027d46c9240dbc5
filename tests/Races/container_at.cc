// Two threads empty a vector: its size is asked in one lock section, its last element taken in the next one.
// Class:    atomicity violation (check, then act on a container); C++.
// Window:   behind the unlock in is_empty, before the lock in take_last.
// Fails:    abort, signal 6: std::out_of_range from at(), which nobody catches.
// Schedule: the other thread takes the last element within the window; a hold at is_empty's unlock for 2 places
//           closes it.
#include <cstdio>
#include <mutex>
#include <thread>
#include <vector>

static std::mutex lock;
static std::vector<int> jobs{1, 2, 3, 4};

#ifndef FIXED
static bool is_empty() {
    std::lock_guard<std::mutex> guard(lock);
    return jobs.empty();
}
#endif

static int take_last() { // 0: there is none
    std::lock_guard<std::mutex> guard(lock);
#ifdef FIXED
    if (jobs.empty())
        return 0;
#endif
    int job = jobs.at(jobs.size() - 1);
    jobs.pop_back();
    return job;
}

static void work(int *sum) {
#ifdef FIXED
    while (int job = take_last())
        *sum += job;
#else
    while (!is_empty())
        *sum += take_last();
#endif
}

int main() {
    int first = 0, second = 0;
    std::thread one(work, &first), two(work, &second);
    one.join();
    two.join();
    return std::printf("sum %d\n", first + second) < 0;
}
