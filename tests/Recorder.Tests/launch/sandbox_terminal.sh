# On a terminal the program is the foreground group, ttyname() works, and the terminal comes back afterwards.
for who in $users; do
    chmod -R a+rwX "$work"; rm -rf "$work/s"
    python3 - "$who" "$launch" "$work/s" "$probe" << 'PY' || fail "$who: see above"
import os, pty, sys
who, launch, scratch, probe = sys.argv[1:]
pid, fd = pty.fork()
if pid == 0:
    if who == "user":
        os.setgroups([]); os.setgid(65534); os.setuid(65534)
    code = os.spawnv(os.P_WAIT, launch, [launch, "--sandbox", "--scratch", scratch, "--", probe, "tty"])
    os._exit(code if os.tcgetpgrp(0) == os.getpgrp() else 77)
out = b""
while True:
    try: got = os.read(fd, 4096)
    except OSError: break
    if not got: break
    out += got
_, status = os.waitpid(pid, 0)
if status or b"/dev/" not in out:
    print("exit", status, out); sys.exit(1)
PY
done
