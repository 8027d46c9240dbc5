// Transfers in both directions, with a lock_guard for the source and then one for the target.
// Class:    deadlock by lock order; C++.
// Window:   between the two locks: before the second one.
// Fails:    deadlock: each thread has its source.
// Schedule: both threads switched out before their second lock; a hold at the first lock for 2 places lets a
//           thread take both.
#include <cstdio>
#include <mutex>
#include <thread>

struct Account {
    std::mutex lock;
    int balance;
};

static void transfer(Account *from, Account *to) {
    for (int i = 0; i < 3; i++) {
#ifdef FIXED
        std::scoped_lock both(from->lock, to->lock);
#else
        std::lock_guard<std::mutex> first(from->lock);
        std::lock_guard<std::mutex> second(to->lock);
#endif
        from->balance -= 5;
        to->balance += 5;
    }
}

int main() {
    Account left{{}, 100}, right{{}, 100};
    std::thread one(transfer, &left, &right), two(transfer, &right, &left);
    one.join();
    two.join();
    return std::printf("%d %d\n", left.balance, right.balance) < 0;
}
