#!/usr/bin/env python3
"""Good and bad requests, in all kinds of pieces, to the server of lines: client.py PORT

Exits with a sentence when an answer is not the one that it should be.
"""
import array
import fcntl
import socket
import sys
import termios
import time

AT = "127.0.0.1", int(sys.argv[1])
OBSERVED = 0.3  # seconds that the server is left alone with half a request: it must not spin


def connect():
    while True:  # the server is starting
        try:
            s = socket.create_connection(AT, 10)
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return s
        except ConnectionRefusedError:
            pass


def arrived(s):
    """Waits until the other side has all that was sent."""
    left = array.array("i", [1])
    while left[0]:
        fcntl.ioctl(s, termios.TIOCOUTQ, left)


def expect(s, what, *pieces, answer):
    for piece in pieces:
        s.sendall(piece)
        arrived(s)
    got = b""
    while len(got) < len(answer):
        part = s.recv(1 << 20)
        if not part:
            break
        got += part
    if got != answer:
        sys.exit(f"{what}: the answer is {got[:200]!r}, not {answer[:200]!r}")


def ended(s, what, answer):
    s.shutdown(socket.SHUT_WR)
    expect(s, what, answer=answer)
    if s.recv(1):
        sys.exit(f"{what}: more than one answer")
    s.close()


REFUSED = b"refused\n"
s = connect()
expect(s, "good", b"good 1\n", answer=b"ok good 1\n")
expect(s, "bad", b"bad whole\n", answer=REFUSED)
expect(s, "bad in three pieces", b"ba", b"d in th", b"ree\n", answer=REFUSED)
expect(s, "good in three pieces", b"go", b"od in th", b"ree\n", answer=b"ok good in three\n")
expect(s, "bad twice", b"bad a\nbad b\n", answer=REFUSED * 2)
expect(s, "good, bad, good", b"good 2\nbad c\ngood 3\n", answer=b"ok good 2\n" + REFUSED + b"ok good 3\n")
expect(s, "a border within a piece", b"good 4\nba", b"d d\ngood", b" 5\n", answer=b"ok good 4\n" + REFUSED + b"ok good 5\n")
s.sendall(b"good but slow")
time.sleep(OBSERVED)
expect(s, "slow", b"\n", answer=b"ok good but slow\n")
expect(s, "an expired drop", b"old request\n", answer=b"ok old request\n")
expect(s, "large", b"good " + b"x" * 60000 + b"\n", answer=b"ok good " + b"x" * 60000 + b"\n")
expect(s, "bad, large", b"bad " + b"x" * 60000 + b"\n", answer=REFUSED)
s.sendall(b"bad, without an end")
ended(s, "bad at the end", REFUSED)
s = connect()
s.sendall(b"good, without an end")
ended(s, "good at the end", b"")
s = connect()
expect(s, "too large to be looked at", b"bad " + b"x" * 70000 + b"\n", answer=b"ok bad " + b"x" * 70000 + b"\n")
ended(s, "the end", b"")
