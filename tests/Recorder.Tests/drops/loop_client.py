#!/usr/bin/env python3
"""Good and bad requests of several connections at once, to the server with a loop: loop_client.py PORT|PATH

A server that waits for what never arrives does not answer the others: then an answer is missing, and this says which.
"""
import array
import fcntl
import socket
import sys
import termios
import time

OBSERVED = 0.3  # seconds that the server is left alone with half a request: it must not spin
REFUSED = b"refused\n"


def connect():
    while True:  # the server is starting
        try:
            s = socket.socket(socket.AF_UNIX if sys.argv[1][0] == "/" else socket.AF_INET)
            s.connect(sys.argv[1] if sys.argv[1][0] == "/" else ("127.0.0.1", int(sys.argv[1])))
            s.settimeout(8)
            if s.family == socket.AF_INET:
                s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return s
        except (ConnectionRefusedError, FileNotFoundError):
            s.close()


def send(s, *pieces):
    for piece in pieces:
        s.sendall(piece)
        left = array.array("i", [s.family == socket.AF_INET])
        while left[0]:  # until the other side has it
            fcntl.ioctl(s, termios.TIOCOUTQ, left)


def expect(s, what, answer):
    got = b""
    try:
        while len(got) < len(answer):
            part = s.recv(10000)
            if not part:
                break
            got += part
    except TimeoutError:
        pass
    if got != answer:
        sys.exit(f"{what}: the answer is {got[:200]!r}, not {answer[:200]!r}")


a, b, c = connect(), connect(), connect()
for i in range(3):
    send(a, b"bad alone\n")
    expect(a, "bad alone", REFUSED)
    send(b, b"good beside\n")
    expect(b, "another one, beside a bad one", b"ok good beside\n")
send(a, b"bad, and a ha")
send(b, b"good, and a ha")
send(c, b"good beside halves\n")
expect(c, "another one, beside two halves", b"ok good beside halves\n")
time.sleep(OBSERVED)
send(a, b"lf\n")
expect(a, "the bad one's rest", REFUSED)
send(c, b"good again\n")
expect(c, "another one, beside a half", b"ok good again\n")
send(b, b"l", b"f\ngood 2\n")
expect(b, "the good one's rest", b"ok good, and a half\nok good 2\n")
send(a, b"good 3\nbad 3\ngood 4\n")
expect(a, "good, bad, good in one piece", b"ok good 3\n" + REFUSED + b"ok good 4\n")
send(b, b"bad 5\nbad 6\ngood 5\nbad 7\n")
expect(b, "bad ones around a good one", REFUSED * 2 + b"ok good 5\n" + REFUSED)
send(a, b"good 6\nbad", b" 8\ngood", b" 7\n")
expect(a, "borders within pieces", b"ok good 6\n" + REFUSED + b"ok good 7\n")
send(c, b"bad at the end\n")
expect(c, "bad at the end", REFUSED)
for s in a, b, c:
    s.close()
