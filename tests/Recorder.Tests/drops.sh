#!/usr/bin/env bash
# Requests that never arrive: drops.sh [-k] [PATTERN]
#
# A server of lines is recorded under a patch that drops the bad ones, for each way in which it reads: it must get all
# the good requests and none of the bad ones, in whatever pieces they come, the client its answers, and the server must
# not be woken again and again while half a request is there. The control page counts each drop, the log has each, and
# the recorded run replays exactly, with the patch and without it.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
tools=${SELFHEAL_TOOLS:-$root/build/recorder}
limit=${CASE_TIMEOUT:-30} # seconds for one run
unset LD_PRELOAD SELFHEAL_RUN SELFHEAL_TOOLS
export LC_ALL=C.UTF-8 TZ=UTC PATH=/usr/local/bin:/usr/bin:/bin
keep=''
[ "${1:-}" != -k ] || { keep=1; shift; }
top=$(mktemp -d "${TMPDIR:-/tmp}/selfheal-drops.XXXXXX")
trap '[ -n "$keep" ] && echo "# kept: $top" || rm -rf "$top"' EXIT
trap 'exit 130' INT TERM
export XDG_CACHE_HOME=$top/cache # the recorder's: a library is scanned once
gcc -std=gnu17 -O1 -g -Wall -Wextra -Wno-format-truncation -o "$top/sh-run" "$here/sh-run.c" || exit 1
for source in "$here"/drops/*.c; do
    gcc -std=gnu17 -O1 -g -Wall -Wextra -o "$top/$(basename "$source" .c)" "$source" || exit 1
done
cat > "$top/patch.ep" <<'PATCH'
selfheal-patch 1
<anywhere> : Drop Request line
pattern "old" *
expires 2020-01-31
<anywhere> : Drop Request line
pattern "bad" *
answer "refused\n"
PATCH
value() { sed -n "s/^$1 //p" "$2" 2> /dev/null; }

replays() { # WHAT OPTION...
    local report=$work/$1.report what=$1
    shift
    rm -rf "$work/cwd"
    mkdir "$work/cwd"
    (cd "$work/cwd" && exec env -u _ timeout -k 1 "$limit" "$top/sh-run" replay "$work/run" "$work/$what" --refuse --tools "$tools" --report "$report" "$@" -- "${command[@]}" < /dev/null > "$work/$what.out" 2> "$work/$what.err")
    [ "$(value diverged "$report")" = 0 ] && [ "$(value status "$report")" = ENDED ] || { echo "$what: status $(value status "$report"), diverged at event $(value divergence_event "$report") of $(value events "$work/report"): $(value divergence_text "$report")"; return; }
    cmp -s "$work/out" "$work/$what.out" || echo "$what: it prints something else"
}

record() { # [COMMAND]: at the other end
    local runner
    mkdir -p "$work/cwd"
    (cd "$work/cwd" && exec env -u _ timeout -k 1 "$limit" "$top/sh-run" record "$work/run" --refuse --tools "$tools" --report "$work/report" --patch "$top/patch.ep" -- "${command[@]}" < /dev/null > "$work/out" 2> "$work/err") &
    runner=$!
    timeout "$limit" "$@" 2>&1 | tail -n 3
    wait "$runner" || echo "the program exits with $?: $(value status_text "$work/report") $(tail -n 2 "$work/err")"
}

check() { # DROPPED [WOKEN_AT_MOST]: of the recorded run, and its replays
    [ "$(value 'hits 0' "$work/report") $(value 'hits 1' "$work/report")" = "0 $1" ] || echo "the control page counts $(value 'hits 0' "$work/report") expired and $(value 'hits 1' "$work/report") drops, not 0 and $1"
    [ -z "${2:-}" ] || [ "$(sed -n 's/^woken //p' "$work/out")" -le "$2" ] || echo "it was woken $(cat "$work/out") times"
    replays replayed
    replays patched --patch "$top/patch.ep"
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

lines() { # WAY: one connection at a time
    local port expected found command
    port=$(free_port)
    command=("$top/lines" "$port" "$1" 3)
    record python3 "$here/drops/client.py" "$port"
    expected=$(printf '%s\n' 'good 1' 'good in three' 'good 2' 'good 3' 'good 4' 'good 5' 'good but slow' 'old request')
    found=$(grep -av 'xxxxxxxx' "$work/cwd/served" | head -n 8)
    [ "$found" = "$expected" ] || echo "it has served: $found"
    [ "$(grep -ac '^good xxx' "$work/cwd/served") $(grep -ac '^bad xxx' "$work/cwd/served") $(grep -ac bad "$work/cwd/served")" = '1 1 1' ] || echo "it has served other large ones, or bad ones: $(cut -c 1-30 "$work/cwd/served")"
    grep -aq '^rest: good, without an end' "$work/cwd/served" || echo "it has not served the request without an end"
    check 8 60
}

loop() { # WAY [unix]: several connections in one loop
    local at command
    if [ -n "${2:-}" ]; then at=$work/socket; else at=$(free_port); fi
    command=("$top/loop" "$at" "$1" 3)
    record python3 "$here/drops/loop_client.py" "$at"
    [ "$(grep -ac '^good' "$work/cwd/served") $(grep -avc '^good' "$work/cwd/served")" = '12 0' ] || echo "it has served: $(cat "$work/cwd/served")"
    rm -f "$work/socket"
    check 10 60
}

passed=0 failed=0
run() { # NAME COMMAND...: passes if it prints nothing
    [[ $1 == *${pattern}* ]] || return 0
    local name=$1 wrong
    shift
    work=$top/$name
    mkdir "$work"
    wrong=$("$@" 2>&1)
    if [ -z "$wrong" ]; then
        passed=$((passed + 1))
        echo "ok $((passed + failed)) - drops/$name"
    else
        failed=$((failed + 1))
        echo "not ok $((passed + failed)) - drops/$name"
        printf '%s\n' "$wrong" | cut -c 1-300 | sed 's/^/#   /'
    fi
}
pattern=${1:-}
for way in read small readv recv recvmsg poll epoll; do run "$way" lines "$way"; done
for way in poll select epoll edge once; do
    run "loop-$way" loop "$way"
    run "loop-$way-blocking" loop "$way-blocking"
    run "loop-$way-unix" loop "$way" unix
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
