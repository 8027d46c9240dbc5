# --terminal: the program is a session of its own on that terminal, which is its stdin, stdout and stderr, with the size
# that it was given before; natively and in the sandbox. The launcher's own sentences go to the caller.
for options in "" "--sandbox --scratch $work/s"; do
    python3 - "$launch" "$probe" $options << 'PY' || fail "with '$options': see above"
import fcntl, os, struct, subprocess, sys, termios
launch, probe, *options = sys.argv[1:]
def run(*command):
    master, slave = os.openpty()
    path = os.ttyname(slave)
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 101, 0, 0))
    attributes = termios.tcgetattr(slave); attributes[1] &= ~termios.OPOST; termios.tcsetattr(slave, termios.TCSANOW, attributes)
    child = subprocess.Popen([launch, *options, "--terminal", path, "--", *command], stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    others = child.communicate()
    os.close(slave) # not before the launcher has opened it, or nobody would have it
    out = b""
    while True:
        try: got = os.read(master, 4096)
        except OSError: break
        if not got: break
        out += got
    return out, others, child.returncode
out, others, code = run("sh", "-c", "stty size; cut -d' ' -f1,6,8 /proc/$$/stat; echo problem >&2; stty size < /dev/tty; exit 3")
lines = out.decode().split("\n")
pid, session, foreground = lines[1].split()
if lines[0] != "30 101" or lines[2:] != ["problem", "30 101", ""] or not pid == session == foreground or others != (b"", b"") or code != 3:
    sys.exit(f"{out} {others} {code}")
out, others, code = run(probe, "fds")
if sorted(line.split()[0] for line in out.decode().splitlines() if "/proc/" not in line) != ["0", "1", "2"]:
    sys.exit(f"descriptors: {out}")
out, (_, sentence), code = run("/nonexistent/program")
if out or b"/nonexistent/program" not in sentence or code != 127:
    sys.exit(f"{out} {sentence} {code}")
PY
done
code() { got=0; message=$("$@" 2>&1) || got=$?; }
code "$launch" --terminal /dev/null -- true;                 same "$got" 125; contains "$message" "/dev/null is not a terminal"
code "$launch" --terminal /nonexistent -- true;              same "$got" 125; contains "$message" "cannot open the terminal /nonexistent"
code "$launch" --terminal /dev/null --stdin /dev/null -- true; same "$got" 125; contains "$message" "no --stdin"
