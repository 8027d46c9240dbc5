#!/usr/bin/env bash
# Replays of threaded programs that go live: live.sh [-n CUTS] [PATTERN]
#
# Each correct twin of tests/Races is recorded under a random schedule, its log is cut behind a random event CUTS
# times (3), and the replay of the rest goes over to live execution there: it must end as the recorded run did, with
# the same output, whatever threads were waiting, ready or outside at the cut.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
tools=${SELFHEAL_TOOLS:-$root/build/recorder}
unset LD_PRELOAD SELFHEAL_RUN SELFHEAL_TOOLS
cuts=3
while getopts n: option; do
    case $option in n) cuts=$OPTARG ;; *) exit 2 ;; esac
done
shift $((OPTIND - 1))
# shellcheck source=tests/checks.sh
. "$root/tests/checks.sh"
top=$(mktemp -d "${TMPDIR:-/tmp}/selfheal-live.XXXXXX")
trap 'rm -rf "$top"' EXIT
trap 'exit 130' INT TERM
sh_run=$top/sh-run
gcc -std=gnu17 -O1 -g -Wall -Wextra -Wno-format-truncation -o "$sh_run" "$here/sh-run.c" || exit 1
bash "$root/tests/Races/build.sh" "$root/build/races" || exit 1

goes_live() { # PROGRAM SEED: prints what is wrong
    rm -rf "$top/run" "$top/cut" "$top/live" "$top/cwd"
    mkdir "$top/cwd"
    (cd "$top/cwd" && timeout 20 "$sh_run" record "$top/run" --tools "$tools" --policy random --seed "$2" --report /dev/null -- "$1") > "$top/out" 2> "$top/err" < /dev/null ||
        { echo "recorded, it exits with $?: $(tail -n 1 "$top/err")"; return; }
    local cut
    cut=$(python3 "$here/cut_log.py" "$top/run" "$top/cut" "$2") || return
    rm -rf "$top/cwd"
    mkdir "$top/cwd"
    (cd "$top/cwd" && timeout 20 "$sh_run" replay "$top/cut" "$top/live" --tools "$tools" --live --perform --sandbox "$top/scratch" --report "$top/report" -- "$1") > "$top/live.out" 2> "$top/live.err" < /dev/null ||
        echo "cut behind $cut (seed $2) it exits with $?: $(sed -n 's/^divergence_text //p' "$top/report") $(tail -n 1 "$top/live.err")"
    cmp -s "$top/out" "$top/live.out" || echo "cut behind $cut (seed $2) it prints something else"
}

for program in "$root"/build/races/*"${1:-}"*.fixed; do
    wrong=''
    for ((seed = 1; seed <= cuts; seed++)); do wrong+=$(goes_live "$program" "$seed"); done
    check "$(basename "$program" .fixed)" "$wrong"
done
end
