# kill -9 of a caller ends all that it started, also what has left its parent; others go on.
absent() { ! pgrep -f -- "$1" > /dev/null; }
trap 'pkill -9 -f -- "$work/socket" || true; pkill -f "sleep 7361[1-5]" || true' EXIT
"$launch" --serve "$work/socket" > "$work/said" &
wait_until grep -q ready "$work/said"
"$launch" --at "$work/socket" -- -- sh -c 'sleep 73611 & (setsid sleep 73612 &) ; exec sleep 73613' &
caller=$!
"$launch" --at "$work/socket" -- -- sleep 73614 &
other=$!
"$launch" --at "$work/socket" -- -- sh -c '(setsid sleep 73615 &)' # ends by itself: what it left goes on
for n in 73611 73612 73613 73614 73615; do wait_until pgrep -f "sleep $n"; done > /dev/null
kill -9 "$caller"
wait_until absent 'sleep 7361[123]'
pgrep -f 'sleep 73614' > /dev/null || fail 'another caller was killed, too'
pgrep -f 'sleep 73615' > /dev/null || fail 'what a program had left running was killed'
kill -9 "$other"
wait_until absent 'sleep 73614'
