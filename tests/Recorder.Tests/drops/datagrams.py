#!/usr/bin/env python3
"""Good and bad datagrams by turns, each of which is answered: datagrams.py PORT"""
import socket
import sys

s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect(("127.0.0.1", int(sys.argv[1])))
s.settimeout(10)
for i in range(9):
    text, answer = (b"bad %d" % i, b"refused\n") if i % 2 else (b"good %d" % i, b"good %d" % i)
    while True:
        try:
            s.send(text)
            got = s.recv(100)
            break
        except ConnectionRefusedError:  # the program is starting
            pass
    if got != answer:
        sys.exit(f"{text!r}: the answer is {got!r}, not {answer!r}")
