# --serve and --at: arguments, descriptors, exit codes and signals pass through; the owner's end is the server's.
absent() { ! pgrep -f -- "$1" > /dev/null; }
trap 'pkill -9 -f -- "$work/[a-z]*/socket" || true' EXIT
for who in $users; do
    mkdir -m 777 "$work/$who"; socket=$work/$who/socket
    as_$who "$launch" --serve "$socket" > "$work/$who/said" &
    wait_until grep -q ready "$work/$who/said"
    at() { "$launch" --at "$socket" -- "$@"; }
    code() { got=0; at "$@" > "$work/out" 2> "$work/message" || got=$?; }

    same "$(echo hello | at -- cat)" hello
    same "$(at -- sh -c 'printf "[%s]" "$@"' - 'a  b' '' c)" '[a  b][][c]'
    same "$(at --argv0 me -- sh -c 'echo "$0" >&2' 2>&1)" me
    same "$(echo "$who" > "$work/$who/file"; at --show "$work/$who/file")" "$who"
    same "$(at --find -- /none /etc/passwd /bin/true /bin/false)" /bin/true
    code -- sh -c 'exit 42';         same "$got" 42
    code -- "$probe" signal 15;      same "$got" 143
    code -- no-such-program;         same "$got" 127
    contains "$(cat "$work/message")" 'not in PATH'
    code --find -- /none;            same "$got" 127
    code --show /none/at/all;        same "$got" 127
    code --sandbox --scratch "$work/$who/s" -- sh -c 'exit 7'; same "$got" 7

    at -- sh -c 'trap "exit 9" TERM; : > "$0"; while :; do sleep 0.05; done' "$work/$who/ready" &
    wait_until test -e "$work/$who/ready"
    launcher=$(pgrep -f -- "--at $socket" | head -n 1)
    kill -TERM "$launcher"
    got=0; wait $! || got=$?
    same "$got" 9
    python3 - "$socket" <<'END' || fail "the owner could not come"
import socket, sys
owner = socket.socket(socket.AF_UNIX)
owner.connect(sys.argv[1])
owner.sendall(bytes(4))
END
    wait_until absent "--serve $socket"
    code -- true; same "$got" 125
    contains "$(cat "$work/message")" 'the container is gone'
done
