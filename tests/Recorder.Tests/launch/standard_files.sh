# --stdin, --stdout, --stderr, --cwd, --argv0, --stack-limit and --background do what they say.
echo in > "$work/in"
"$launch" --stdin "$work/in" --stdout "$work/out" --stderr "$work/err" -- sh -c 'cat; echo problem >&2' || fail "exit $?"
same "$(cat "$work/out")" in
same "$(cat "$work/err")" problem
same "$("$launch" --cwd /usr -- pwd)" /usr
same "$("$launch" --argv0 other -- "$probe" argv0)" other
same "$("$launch" --stack-limit 4194304 -- "$probe" limit)" 4194304
# a sentence of the launcher's own goes to the caller, not to the program's file
message=$("$launch" --stderr "$work/err" -- /nonexistent 2>&1 >/dev/null) || true
contains "$message" "/nonexistent"
same "$("$launch" --background -- nice)" "$(($(nice) + 10))"
