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
gcc -std=gnu17 -O1 -g -Wall -Wextra -o "$top/lines" "$here/drops/lines.c" || exit 1
cat > "$top/patch.ep" <<'PATCH'
selfheal-patch 1
<anywhere> : Drop Request line
pattern "old" *
expires 2020-01-31
<anywhere> : Drop Request line
pattern "bad" *
answer "refused\n"
PATCH
dropped=8 # by client.py's requests
woken_at_most=60
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

way() { # WAY: prints what is wrong
    local port command runner expected found
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    command=("$top/lines" "$port" "$1" 3)
    mkdir -p "$work/cwd"
    (cd "$work/cwd" && exec env -u _ timeout -k 1 "$limit" "$top/sh-run" record "$work/run" --refuse --tools "$tools" --report "$work/report" --patch "$top/patch.ep" -- "${command[@]}" < /dev/null > "$work/out" 2> "$work/err") &
    runner=$!
    timeout "$limit" python3 "$here/drops/client.py" "$port" 2>&1 | tail -n 3
    wait "$runner" || echo "the server exits with $?: $(value status_text "$work/report") $(tail -n 2 "$work/err")"
    expected=$(printf '%s\n' 'good 1' 'good in three' 'good 2' 'good 3' 'good 4' 'good 5' 'good but slow' 'old request')
    found=$(grep -av 'xxxxxxxx' "$work/cwd/served" | head -n 8)
    [ "$found" = "$expected" ] || echo "it has served: $found"
    [ "$(grep -ac '^good xxx' "$work/cwd/served") $(grep -ac '^bad xxx' "$work/cwd/served") $(grep -ac bad "$work/cwd/served")" = '1 1 1' ] || echo "it has served other large ones, or bad ones: $(cut -c 1-30 "$work/cwd/served")"
    grep -aq '^rest: good, without an end' "$work/cwd/served" || echo "it has not served the request without an end"
    [ "$(value 'hits 0' "$work/report") $(value 'hits 1' "$work/report")" = "0 $dropped" ] || echo "the control page counts $(value 'hits 0' "$work/report") expired and $(value 'hits 1' "$work/report") drops, not 0 and $dropped"
    [ "$(sed -n 's/^woken //p' "$work/out")" -le "$woken_at_most" ] || echo "it was woken $(cat "$work/out") times"
    replays replayed
    replays patched --patch "$top/patch.ep"
}

passed=0 failed=0
for name in read small readv recv recvmsg poll epoll; do
    [[ $name == *${1:-}* ]] || continue
    work=$top/$name
    mkdir "$work"
    wrong=$(way "$name" 2>&1)
    if [ -z "$wrong" ]; then
        passed=$((passed + 1))
        echo "ok $((passed + failed)) - drops/$name"
    else
        failed=$((failed + 1))
        echo "not ok $((passed + failed)) - drops/$name"
        printf '%s\n' "$wrong" | cut -c 1-300 | sed 's/^/#   /'
    fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
