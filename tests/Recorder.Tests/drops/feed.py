#!/usr/bin/env python3
"""Good and bad lines into a FIFO, in all kinds of pieces: feed.py FIFO KIND. KIND: lines, raw or full."""
import array
import fcntl
import sys
import termios
import time

OBSERVED = 0.3  # seconds that the program is left alone with half a line: it must not spin
LARGE = b"x" * 50000 + b"\n"
PIECES = {
    "lines": [b"good 1\n", b"bad 1\n", b"ba", b"d 2\ngo", b"od 2\n", b"bad a\nbad b\n", b"good 3\nbad 3\ngood 4\n", b"good but slow", None, b"\n",
              b"bad but slow", None, b"\n", b"old request\n", b"good " + LARGE, b"bad " + LARGE, b"good 5\n", b"bad, without an end"],
    "raw": [b"good 1\n", b"bad 1\n", b"good 2\nand bad\n", b"good 3\n", b"this is bad"],
    "full": [b"good 1\n"] + [b"bad, of many pieces" * 150] * 20 + [b"\n", b"bad behind it\n"],  # each begins a page of the pipe
}

with open(sys.argv[1], "wb", buffering=0) as pipe:
    for piece in PIECES[sys.argv[2]]:
        if piece is None:
            time.sleep(OBSERVED)
            continue
        pipe.write(piece)
        left = array.array("i", [sys.argv[2] == "raw"])
        while left[0]:
            fcntl.ioctl(pipe, termios.FIONREAD, left)
