# kill -9 of the launcher, or of its parent, ends everything inside; nothing stays mounted.
# ended, though perhaps not yet reaped by whoever inherited them
gone() { ! cat "/proc/$1/status" "/proc/$2/status" 2> /dev/null | grep '^State' | grep -qv Z; }
for who in $users; do
    for victim in launcher parent; do
        chmod -R a+rwX "$work"; rm -rf "$work/s" "$work/ready"
        mkdir -m 777 "$work/rw.$who.$victim"; ready=$work/rw.$who.$victim/ready
        as_$who sh -c '"$0" "$@" & echo $! > "'"$ready.pid"'"; wait' "$launch" --sandbox --scratch "$work/s" \
            --rw "$work/rw.$who.$victim" -- sh -c ': > "$1"; sleep 600' - "$ready" &
        parent=$!
        wait_until test -e "$ready"
        launcher=$(cat "$ready.pid")
        inside=$(ps -e -o pid=,ppid= | awk -v p="$launcher" '$2 == p { print $1 }')
        [ -n "$inside" ] || fail "$who: nothing runs inside"
        if [ $victim = launcher ]; then kill -9 "$launcher"; else kill -9 "$(awk '/^PPid/ { print $2 }' "/proc/$launcher/status")"; fi
        wait "$parent" 2> /dev/null || true
        wait_until gone "$inside" "$launcher"
    done
done
! grep -q "$work" /proc/mounts || fail "something is still mounted"
