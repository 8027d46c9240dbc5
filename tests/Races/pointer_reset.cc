// A worker takes a plain pointer out of a shared_ptr under the lock, and uses it in its next lock section.
// Class:    use after free (reference count passed by); C++.
// Window:   in use, behind the first unlock and before the second lock.
// Fails:    signal 11: the object is large, so delete gives its memory back to the kernel.
// Schedule: the other thread's reset within the window; a hold at the first unlock for 2 places closes it.
#include <cstdio>
#include <memory>
#include <mutex>
#include <thread>

struct Connection {
    int requests = 0;
    char buffer[1 << 20] = "";
};
static std::mutex lock;
static std::shared_ptr<Connection> current = std::make_shared<Connection>();

static void use() {
#ifdef FIXED
    std::shared_ptr<Connection> connection;
#else
    Connection *connection;
#endif
    {
        std::lock_guard<std::mutex> guard(lock);
#ifdef FIXED
        connection = current;
#else
        connection = current.get();
#endif
    }
    std::lock_guard<std::mutex> guard(lock);
    if (connection)
        connection->requests++;
}

static void serve() {
    for (int i = 0; i < 4; i++)
        use();
}

static void disconnect() {
    std::lock_guard<std::mutex> guard(lock);
    current.reset();
}

int main() {
    std::thread one(serve), two(disconnect);
    one.join();
    two.join();
    return std::printf("connected %d\n", current != nullptr) < 0;
}
