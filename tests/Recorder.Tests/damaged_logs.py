#!/usr/bin/env python3
"""Replays damaged event logs: damaged_logs.py SH_RUN TOOLS WORK COUNT PROGRAM...

Each program is recorded once; then its log is damaged in COUNT ways (bits flipped, cut, holes, parts twice,
zeros), half of them as a killed run would leave it, without a checksum, and replayed. Each replay must end in
time, with a verdict: exact, diverged, log ended, or refused with a sentence. The program may fail, or loop, where
the log lies to it, but never inside the recorder. The same damage in each run. Prints one line per finding.
"""
import os, random, shutil, signal, struct, subprocess, sys

sh_run, tools, work, count = sys.argv[1:4] + [int(sys.argv[4])]
LIMIT = 5  # seconds
HEADER = struct.Struct("<QIIQQII24x")


def stop_where_it_is(pid):
    """A program that does not end is made to fail, so that its report says where it is."""
    with open(f"/proc/{pid}/task/{pid}/children") as children:
        for child in children.read().split():
            os.kill(int(child), signal.SIGSEGV)


def run(arguments, cwd):
    environment = {k: v for k, v in os.environ.items() if k not in ("_", "OLDPWD")}
    process = subprocess.Popen([sh_run, *arguments], cwd=cwd, env=environment, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        return process.communicate(timeout=LIMIT)[1].decode(errors="replace"), process.returncode
    except subprocess.TimeoutExpired:
        stop_where_it_is(process.pid)
        return process.communicate(timeout=LIMIT)[1].decode(errors="replace"), None


def report_of(path):
    lines = open(path).read().splitlines() if os.path.exists(path) else []
    return dict(line.partition(" ")[::2] for line in lines)


def damage(log, draw):
    log = bytearray(log)
    killed = draw.random() < 0.5
    first = HEADER.size if killed else 0  # a header that is damaged is refused at once
    for _ in range(draw.randint(1, 3)):
        at = draw.randint(first, len(log) - 1)
        n = min(draw.choice((1, 2, 4, 16, 200)), len(log) - at)
        kind = draw.randrange(6)
        if kind <= 1:
            log[at] ^= 1 << draw.randrange(8)
        elif kind == 2:
            log[at] = draw.randrange(256)
        elif kind == 3 and draw.random() < 0.3:
            del log[at + 1:]
        elif kind == 3:
            del log[at:at + n]
        elif kind == 4:
            log[at:at] = log[at:at + n]
        else:
            log[at:at + n] = bytes(n)
        if len(log) <= first + 1:
            break
    if killed:
        magic, version, index, event, _, _, _ = HEADER.unpack_from(log)
        HEADER.pack_into(log, 0, magic, version, index, event, len(log), 0, 0)
    return bytes(log)


def recorder_range(log):
    """Where libselfheal.so lies: its load bias from the START event, and its size."""
    bias = struct.unpack_from("<Q", log, HEADER.size + 5 + 8 * 7)[0]
    return bias, bias + os.path.getsize(os.path.join(tools, "libselfheal.so"))


def check(name, number, code, said, report, recorder):
    where = f"{name}, damage {number}"
    status = report.get("status", "?")
    pc = int((report.get("failure_stack") or "0").split()[0], 16)
    if code is None and status == "FAILED" and not recorder[0] <= pc < recorder[1]:
        return "program loops"
    if code is None:
        print(f"{where}: the replay does not end: {report}")
    elif status in ("ENDED", "LOG_END"):
        return "exact" if code < 125 else "ended"
    elif status == "DIVERGED":
        if code != 124 or not report.get("divergence_text"):
            print(f"{where}: diverged with exit code {code}, {report.get('divergence_text')}")
    elif status == "REFUSED":
        if code != 125 or "damaged" not in said and "does not begin" not in said and "no event log" not in said:
            print(f"{where}: refused with exit code {code}: {said[-300:]}")
    elif status == "FAILED":
        if recorder[0] <= pc < recorder[1]:
            print(f"{where}: the recorder fails: {report}")
    else:
        print(f"{where}: status {status}, exit code {code}, {said[-200:]}")
    return status


def main():
    tally = {}
    for program in sys.argv[5:]:
        name = os.path.basename(program)
        base = os.path.join(work, name)
        cwd = os.path.join(base, "cwd")
        os.makedirs(cwd)
        said, code = run(["record", f"{base}/run", "--tools", tools, "--report", f"{base}/report", "--", program], cwd)
        log = open(f"{base}/run/events/000000.seg", "rb").read()
        if report_of(f"{base}/report").get("status") not in ("ENDED", "FAILED"):
            print(f"{name}: cannot be recorded: {said}")
            continue
        recorder = recorder_range(log)
        os.makedirs(f"{base}/bad/events")
        for number in range(count):
            draw = random.Random(f"{name} {number}")
            with open(f"{base}/bad/events/000000.seg", "wb") as file:
                file.write(damage(log, draw))
            shutil.rmtree(cwd), os.makedirs(cwd)
            shutil.rmtree(f"{base}/replay", ignore_errors=True)
            if os.path.exists(f"{base}/report"):
                os.remove(f"{base}/report")
            said, code = run(["replay", f"{base}/bad", f"{base}/replay", "--refuse", "--tools", tools, "--report",
                              f"{base}/report", "--", program], cwd)
            verdict = check(name, number, code, said, report_of(f"{base}/report"), recorder)
            tally[verdict] = tally.get(verdict, 0) + 1
        shutil.rmtree(base)
    print("#", sum(tally.values()), "damaged logs:", ", ".join(f"{v} {k}" for k, v in sorted(tally.items(), key=str)))


main()
