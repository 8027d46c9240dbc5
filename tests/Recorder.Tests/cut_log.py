#!/usr/bin/env python3
"""Cuts a recorded run's log behind a random event, as if the program had been killed there; or makes a random call
there seem another one, so that a replay goes live with all that the log has behind it.

    cut_log.py RUN COPY SEED [changed]     COPY gets RUN's files; prints `kept of all` (events)

Only logs of one segment. The place lies behind the first thread's start, where there is one, and behind the first
accepted connection.
"""
import random
import shutil
import struct
import sys

THREAD = 714
ACCEPT = 43, 288  # accept, accept4
CALLS = 512  # events of system calls have lower codes
HEADER = 64
COMMITTED, SEALED = 24, 32


def skip_number(data, at, size):
    return int.from_bytes(data[at:at + size], "little"), at + size


def next_event(data, at, last):
    """The event's code, where it ends, and the length of the last input: `last` before it (docs/event-log.md)."""
    head, check = struct.unpack_from("<HH", data, at)
    code, result_form, payload_form = head & 0x3FF, head >> 10 & 7, head >> 13
    at += 4
    result = {1: last, 7: 1}.get(result_form, 0)  # of input: as many bytes as the last one had
    if result_form in (2, 3):
        result, at = skip_number(data, at, 1)
    elif result_form == 4:
        result, at = skip_number(data, at, 4)
    elif result_form == 5:
        result, at = skip_number(data, at, 8)
    elif result_form == 6 and check & 0x8000:
        while data[at] & 0x80:
            at += 1
        at += 1
    if payload_form in (1, 6, 7):
        at += result + (payload_form == 6)
        last = result
    elif payload_form in (2, 5):
        last, at = skip_number(data, at + 2, 4)
        at += last
    elif payload_form == 3:
        size, at = skip_number(data, at, 1)
        at += size
    if payload_form in (4, 5):
        size, at = skip_number(data, at, 4)
        at += size
    return code, at, last


def main():
    source, copy, seed = sys.argv[1], sys.argv[2], int(sys.argv[3])
    shutil.copytree(source, copy)
    path = copy + "/events/000000.seg"
    with open(path, "rb") as file:
        data = bytearray(file.read())
    end = struct.unpack_from("<Q", data, COMMITTED)[0]
    starts, codes, at, last = [], [], HEADER, 0
    while at < end:
        starts.append(at)
        code, at, last = next_event(data, at, last)
        codes.append(code)
    first = max(codes.index(code) + 1 if code in codes else 1 for code in (THREAD, *ACCEPT))
    if at != end:
        sys.exit(f"cut_log.py: the last event ends at {at}, not at {end}: the log is not as docs/event-log.md says")
    if sys.argv[4:] == ["changed"]:
        kept = random.Random(seed).choice([i for i in range(first, len(codes)) if codes[i] < CALLS])
        data[starts[kept] + 2] ^= 0x55
    else:
        kept = random.Random(seed).randrange(first, len(starts))
        del data[starts[kept]:]
        struct.pack_into("<Q", data, COMMITTED, starts[kept])
    struct.pack_into("<I", data, SEALED, 0)
    with open(path, "wb") as file:
        file.write(data)
    print(kept, "of", len(starts))


main()
