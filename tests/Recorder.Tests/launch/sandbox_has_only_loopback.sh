# Loopback works and is private; nothing else can be reached, and no Unix socket of the outside.
python3 -c '
import socket, sys, time
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(5)
u = socket.socket(socket.AF_UNIX); u.bind(sys.argv[1] + "/sock"); u.listen(5)
open(sys.argv[1] + "/port.new", "w").write(str(s.getsockname()[1]))
import os; os.rename(sys.argv[1] + "/port.new", sys.argv[1] + "/port")
time.sleep(60)' "$work" &
server=$!
trap 'kill $server' EXIT
wait_until test -e "$work/port"
port=$(cat "$work/port")
chmod -R a+rwX "$work"
"$probe" reach 127.0.0.1 "$port" || fail "the server is not there"
"$probe" unix "$work/sock" || fail "the server is not there"
for who in $users; do
    rm -rf "$work/s"
    as_$who "$launch" --sandbox --scratch "$work/s" -- "$probe" loopback || fail "$who: loopback does not work"
    ! as_$who "$launch" --sandbox --scratch "$work/s" -- "$probe" reach 127.0.0.1 "$port" || fail "$who: reached a port outside"
    ! as_$who "$launch" --sandbox --scratch "$work/s" -- "$probe" unix "$work/sock" || fail "$who: reached a socket outside"
    ! as_$who "$launch" --sandbox --scratch "$work/s" -- "$probe" reach 192.0.2.1 80 || fail "$who: reached another host"
done
