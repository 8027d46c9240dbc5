// A pool of threads as programs in C++ have it. It prints in which order things happened, and in which thread: so a
// replay that changes any order prints something else.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

std::mutex output;
thread_local int worker = -1;

void print(const std::string &text) {
    std::lock_guard lock(output);
    std::printf("%d: %s\n", worker, text.c_str());
}

class Pool {
public:
    explicit Pool(int size) {
        for (int i = 0; i < size; i++) threads_.emplace_back([this, i] { run(i); });
    }
    ~Pool() {
        {
            std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        wake_.notify_all();
        for (auto &thread : threads_) thread.join();
    }
    template <typename F> auto submit(F work) {
        auto task = std::make_shared<std::packaged_task<decltype(work())()>>(std::move(work));
        auto result = task->get_future();
        {
            std::lock_guard lock(mutex_);
            tasks_.emplace_back([task] { (*task)(); });
        }
        wake_.notify_one();
        return result;
    }

private:
    void run(int number) {
        worker = number;
        for (;;) {
            std::unique_lock lock(mutex_);
            while (!wake_.wait_for(lock, std::chrono::milliseconds(2), [this] { return stopping_ || !tasks_.empty(); }))
                idle_++;
            if (tasks_.empty()) return;
            auto task = std::move(tasks_.front());
            tasks_.pop_front();
            lock.unlock();
            task();
        }
    }
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> tasks_;
    std::vector<std::thread> threads_;
    bool stopping_ = false;
    std::atomic<int> idle_{0};
};

std::shared_mutex table_mutex;
std::map<int, std::string> table;
std::once_flag once;

long work(int n) {
    std::call_once(once, [] { print("first"); });
    if (n % 7 == 3) throw std::runtime_error("job " + std::to_string(n));
    long sum = 0;
    for (int i = 0; i < 2000; i++) sum += static_cast<long>(std::to_string(i * n).size()); // allocates
    if (n % 5 == 0) std::this_thread::sleep_for(std::chrono::microseconds(300));
    {
        std::unique_lock lock(table_mutex);
        table[n % 16] = std::to_string(sum) + " by " + std::to_string(worker);
    }
    std::shared_lock lock(table_mutex);
    if (n % 4 == 0) print("job " + std::to_string(n) + " sees " + std::to_string(table.size()) + ", " + table.rbegin()->second);
    return sum;
}

} // namespace

int main() {
    long sum = 0;
    int failed = 0;
    {
        Pool pool(4);
        std::vector<std::future<long>> results;
        for (int i = 0; i < 200; i++) results.push_back(pool.submit([i] { return work(i); }));
        for (auto &result : results) {
            try {
                sum += result.get();
            } catch (const std::runtime_error &error) {
                failed++;
                print(std::string("failed: ") + error.what());
            }
        }
    }
    std::vector<std::future<int>> others;
    std::promise<int> promise;
    std::shared_future<int> start = promise.get_future().share();
    for (int i = 0; i < 3; i++)
        others.push_back(std::async(std::launch::async, [start, i] {
            print("async " + std::to_string(i));
            return start.get() + i;
        }));
    promise.set_value(40);
    for (auto &other : others) sum += other.get();
    for (auto &[key, value] : table) std::printf("%d = %s\n", key, value.c_str());
    std::printf("%ld, %d failed\n", sum, failed);
    return failed == 29 ? 5 : 1;
}
