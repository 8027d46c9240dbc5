# SIGTERM to the launcher reaches the program, which may handle it.
for who in $users; do
    chmod -R a+rwX "$work"; rm -rf "$work/s" "$work/rw"; mkdir -m 777 "$work/rw"
    as_$who "$launch" --sandbox --scratch "$work/s" --rw "$work/rw" -- \
        sh -c 'trap "echo got > $0/got; exit 9" TERM; : > $0/ready; while :; do sleep 0.05; done' "$work/rw" &
    pid=$!
    wait_until test -e "$work/rw/ready"
    # $! may be a shell around the launcher
    launcher=$(ps -e -o pid=,ppid=,comm= | awk -v p="$pid" '($1 == p || $2 == p) && $3 ~ /^selfheal-launch/ { print $1 }' | head -n 1)
    kill -TERM "$launcher"
    got=0; wait "$pid" || got=$?
    same "$got" 9
    same "$(cat "$work/rw/got")" got
done
