#!/usr/bin/env python3
"""The other ends of the programs in peers.sh: load.py KIND PORT COUNT

    lines      COUNT connections, some at once, of a few lines each, which must come back
    datagrams  COUNT datagrams from a few sockets, which must come back
    echo       a server at the Unix socket PORT, which sends all of one connection back
    answers    a server that answers each line, for COUNT lines
"""
import socket
import sys

kind, where, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
AT = where if kind == "echo" else ("127.0.0.1", int(where))


def connect():
    while True:  # the program is starting
        try:
            return socket.create_connection(AT, 10)
        except ConnectionRefusedError:
            pass


def lines():
    at_once = 7
    for first in range(0, count, at_once):
        opened = [(i, connect()) for i in range(first, min(first + at_once, count))]
        for turn in range(3):
            for i, s in opened:
                s.sendall(b"line %d of connection %d %s\n" % (turn, i, b"x" * (i * turn % 90)))
            for i, s in opened:
                got = b""
                while not got.endswith(b"\n"):
                    got += s.recv(1000)
                assert got.startswith(b"line %d of connection %d " % (turn, i)), got
        for _, s in opened:
            s.close()


def datagrams():
    sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(3)]
    for s in sockets:
        s.connect(AT)
        s.settimeout(10)
    for i in range(count):
        s, text = sockets[i % 3], b"" if i % 7 == 5 else b"datagram %d" % i
        while True:
            try:
                s.send(text)
                assert s.recv(100) == text
                break
            except ConnectionRefusedError:  # the program is starting
                pass


def answers():
    with socket.create_server(AT) as listening:
        print("ready", flush=True)
        done = 0
        while done < count:
            s, _ = listening.accept()
            for line in s.makefile("rb"):
                s.sendall(b"answer ")
                s.sendall(b"to " + line)
                done += 1
            s.close()


def echo():
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(AT)
        listening.listen()
        print("ready", flush=True)
        s, _ = listening.accept()
        while part := s.recv(1000):
            s.sendall(part)


globals()[kind]()
