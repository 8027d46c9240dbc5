#!/usr/bin/env python3
"""Runs a command on a terminal of its own, and types when it asks: terminal.py KIND COMMAND...

KIND says what is waited for, and typed then. What the terminal shows goes to standard output; exits as the command.
"""
import fcntl
import os
import re
import select
import struct
import subprocess
import sys
import termios

from mail_words import words

KINDS = {
    "keys": [(b"key %d of 30 x 100\\?" % i, bytes([b"a\r\x03\x1b~\x11z"[i % 7]])) for i in range(40)]
    + [(b"the end\\?", b"a cooked line\r"), (b"more\\?", b"another\r"), (b"more\\?", b"\x04")],
    "vim": [(b"New", b"ofirst line\x1b"), (b"first line", b"yyp"), (b"first line", b"cwsecond\x1b"), (b"second", b":s/line/LINE/\r"),
            (b"LINE", b"Go"), (b"", b"third and last\x1b"), (b"last", b":w\r"), (b"written", b"ggdd"), (b"", b":wq\r")],
    "mutt": [(b"Msgs:30", b"\r")] + [(words(i).encode(), b"j") for i in range(1, 12)] + [(words(12).encode(), b"C"), (b"opy to mailbox", b"\x15copied\r")]
    + [(b"copied\\.\\.\\.", b"j")] + [(words(i).encode(), b"k" if i == 25 else b"j") for i in range(13, 26)] + [(words(24).encode(), b"i"), (b"Msgs:30", b"l~s Subject\r")]
    + [(b"limit to .all", b"c"), (b"Open mailbox", b"\x15=Archive\r"), (b"=Archive", b"q")],
}
kind, command = sys.argv[1], sys.argv[2:]
master, slave = os.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
program = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
                           preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
os.close(slave)
seen = b""
steps = list(KINDS[kind])


def more(timeout):
    """False: it shows nothing more (within the time)."""
    global seen
    if not select.select([master], [], [], timeout)[0]:
        return False
    try:
        part = os.read(master, 65536)
    except OSError:  # it is closed
        return False
    sys.stdout.buffer.write(part)
    seen += part
    return part != b""


for wanted, keys in steps:
    while True:
        found = re.search(wanted, seen)
        if found:
            break
        if not more(20):
            sys.exit(f"it does not show {wanted!r}; the end of what it shows: {seen[-300:]!r}")
    seen = seen[found.end():]
    os.write(master, keys)
while more(20):
    pass
sys.exit(program.wait())
