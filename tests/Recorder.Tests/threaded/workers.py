# Threads around queues, locks, a barrier, a timer and an executor; prints who did what, in the order in which it was done.
import concurrent.futures, hashlib, queue, random, sys, threading, time

jobs, results = queue.Queue(maxsize=8), queue.PriorityQueue()
barrier, counts = threading.Barrier(4), {}

def work(number):
    barrier.wait()
    while (job := jobs.get()) is not None:
        digest = hashlib.sha256(b"%d" % job * 200).hexdigest()[:8]
        counts[number] = counts.get(number, 0) + 1
        if job % 10 == 0:
            time.sleep(random.random() / 1000)
        results.put((job, digest, number))
        jobs.task_done()
    jobs.task_done()

threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
for thread in threads:
    thread.start()
for job in range(200):
    jobs.put(job)
for _ in threads:
    jobs.put(None)
jobs.join()
for thread in threads:
    thread.join(5)
while not results.empty():
    print(*results.get())
print(counts, time.time())

late = threading.Event()
threading.Timer(0.003, late.set).start()
print("late", late.wait(2))
with concurrent.futures.ThreadPoolExecutor(3) as pool:
    def square(x):
        if x == 7:
            raise ValueError(x)
        return x * x, threading.current_thread().name
    futures = {pool.submit(square, x): x for x in range(20)}
    for future in concurrent.futures.as_completed(futures):
        print(futures[future], future.exception() or future.result())
sys.exit(6)
