# shellcheck shell=bash
# What the scripts that run programs under the recorder share; each sources it, with its own $limit set: paths, a work
# directory, sh-run, the other ends, the values of a report, and how the outcome is said.
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
script=$(basename "$0" .sh)
tools=${SELFHEAL_TOOLS:-$root/build/recorder}
limit=${CASE_TIMEOUT:-$limit} # seconds for one run
unset LD_PRELOAD SELFHEAL_RUN SELFHEAL_TOOLS CASE_TIMEOUT
export LC_ALL=C.UTF-8 TZ=UTC HOME=/nonexistent PATH=/usr/local/bin:/usr/bin:/bin # no shims of version managers
keep='' patterns=() passed=0 failed=0 skipped=0 work=''

top=$(mktemp -d "${TMPDIR:-/tmp}/selfheal-$script.XXXXXX")
at_end() { :; } # the script's own
finish() {
    at_end
    if [ -n "$keep" ] && [ "$failed" -gt 0 ]; then echo "# kept: $top"; else rm -rf "$top"; fi
}
trap finish EXIT
trap 'exit 130' INT TERM
export XDG_CACHE_HOME=$top/cache # the recorder's: a library is scanned once
sh_run=$top/sh-run
gcc -std=gnu17 -O1 -g -Wall -Wextra -Wno-format-truncation -o "$sh_run" "$here/sh-run.c" || exit 1
compile() { # DIRECTORY: each program in it, to $top
    local source
    for source in "$here/$1"/*.c; do
        gcc -std=gnu17 -O1 -g -Wall -Wextra -pthread -o "$top/$(basename "$source" .c)" "$source" || exit 1
    done
}
needs_sandbox() {
    "$tools/selfheal-launch" --probe && return
    echo "$script.sh: no sandbox, so round trips cannot be checked; none may be skipped" >&2
    exit 1
}

wanted() { # NAME: by the patterns of the command line
    [ ${#patterns[@]} -gt 0 ] || return 0
    local pattern
    for pattern in "${patterns[@]}"; do [[ $1 == *$pattern* ]] && return 0; done
    return 1
}
value() { sed -n "s/^$1 //p" "$2" 2> /dev/null; } # NAME REPORT
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
child_of() { cat "/proc/$1/task/$1/children" 2> /dev/null; }
wait_for() { local i; for ((i = 0; i < 3000; i++)); do "$@" > /dev/null 2>&1 && return; sleep 0.02; done; echo "waited in vain for: $*"; return 1; }
# run_in STDIN WHAT COMMAND...: in $work/cwd; output and exit code to $work/WHAT.*
run_in() {
    local stdin=$1 what=$2
    shift 2
    # without bash's `_`, which would move the program's stack
    (cd "$work/cwd" && exec env -u _ timeout -k 1 "$limit" "$@" < "$stdin" > "$work/$what.out" 2> "$work/$what.err")
    echo $? > "$work/$what.exit"
}

say() { # NAME FINDINGS: passes if there are none; $work/ is removed, but for what failed and is kept
    if [ -z "$2" ]; then
        passed=$((passed + 1))
        echo "ok $((passed + failed)) - $script/$1"
    else
        failed=$((failed + 1))
        echo "not ok $((passed + failed)) - $script/$1"
        printf '%b\n' "$2" | tr -c '[:print:]\n' '?' | head -n 24 | cut -c 1-300 | sed 's/^/#   /'
    fi
    if [ -z "$2" ] || [ -z "$keep" ]; then rm -rf "${work:?}"; fi
}
sum_up() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}
