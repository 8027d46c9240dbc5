# memcached_load.py PORT: eight clients at once, each of which must read what it wrote. Waits for the server to come up.
import random, socket, sys, threading, time

port, failures = int(sys.argv[1]), []

def connect():
    for _ in range(3000):
        try:
            return socket.create_connection(("127.0.0.1", port), 30)
        except ConnectionRefusedError:
            time.sleep(0.01)
    raise TimeoutError("the server does not come up")

def client(number):
    try:
        with connect() as s, s.makefile("rwb") as f:
            def ask(text, *answers):
                f.write(text)
                f.flush()
                for answer in answers:
                    line = f.readline()
                    assert line == answer, (number, text, line, answer)
            r = random.Random(number)
            for i in range(150):
                key, value = b"key%d-%d" % (number, i % 20), b"%d " % i * r.randint(1, 300)
                ask(b"set %s 0 0 %d\r\n%s\r\n" % (key, len(value), value), b"STORED\r\n")
                ask(b"get %s\r\n" % key, b"VALUE %s 0 %d\r\n" % (key, len(value)), value + b"\r\n", b"END\r\n")
                if i % 10 == 0:
                    ask(b"set shared 0 0 1\r\n%d\r\n" % (number % 10), b"STORED\r\n")
                    ask(b"delete %s\r\n" % key, b"DELETED\r\n")
                    ask(b"get %s\r\n" % key, b"END\r\n")
    except Exception as error:
        failures.append(repr(error))

threads = [threading.Thread(target=client, args=(i,)) for i in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
if failures:
    sys.exit("\n".join(failures))
