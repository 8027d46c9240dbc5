# 125 set-up failed, 126 cannot be executed, 127 not found, else the program's own.
: > "$work/plain"
code() { got=0; "$@" > /dev/null 2> "$work/message" || got=$?; }
code "$launch" -- sh -c 'exit 42';               same "$got" 42
code "$launch" -- /nonexistent/program;          same "$got" 127
code "$launch" -- no-such-program-in-path;       same "$got" 127
code "$launch" -- "$work/plain";                 same "$got" 126
code "$launch" -- "$work";                       same "$got" 126
contains "$(cat "$work/message")" "a directory"
code "$launch" --cwd /nonexistent -- true;       same "$got" 125
code "$launch" --bogus -- true;                  same "$got" 125
contains "$(cat "$work/message")" "--bogus"
code "$launch";                                  same "$got" 125
code "$launch" --run "$work" -- true;            same "$got" 125
code "$launch" --run "$work" --lib "$work/empty.so" -- true; same "$got" 125
contains "$(cat "$work/message")" "not a run directory"
code "$launch" --sandbox -- true;                same "$got" 125
for options in "" "--sandbox --scratch $work/s"; do
    # shellcheck disable=SC2086
    code "$launch" $options -- "$probe" signal 15; same "$got" 143
    # shellcheck disable=SC2086
    code "$launch" $options -- sh -c 'exit 42';    same "$got" 42
    # shellcheck disable=SC2086
    code "$launch" $options -- no-such-program;    same "$got" 127
done
