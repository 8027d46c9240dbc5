#!/usr/bin/env bash
# The tests of the recorder and its launcher: run.sh [-k] [PATTERN]...
#
#   launch/NAME.sh   a test of the launcher: a shell script that calls `fail`, `same`, `contains` or `skip`
#   cases/NAME.c     a program with one behaviour. It is run natively, recorded, and replayed.
#
# A case passes if the recorded run ends as the native one, if every line that it prints and that does not
# start with `~` is the same in both, and if the replay prints and ends exactly as the recorded run did,
# without a divergence and without an uncontrolled event. `~` marks what may differ from run to run.
# Comments at the start of a case:
#   // flags: -lpthread        for the compiler
#   // expect-exit: N          exit code, 128 + signal where it is killed (default: as native)
#   // expect-stderr: TEXT     the recorded run's and the replay's stderr hold TEXT
#   // record: OPTIONS         for sh-run record; // replay: OPTIONS for sh-run replay
#   // uncontrolled: N         the recorded run has N uncontrolled events (default: 0)
#   // stdin: TEXT             (with \n) becomes standard input, else it is /dev/null
#   // replay-exit: N          exit code of the replay, where it differs (exec: the new image is not replayed)
#   // refused: TEXT           cannot be recorded: exit 125 and TEXT on stderr
#   // divergence: TEXT        the replay is expected to diverge, and says TEXT
# -k keeps the work directory of failed tests (build/recorder-tests/work). PATTERN: part of a name.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$root/build/recorder-tests
tools=${SELFHEAL_TOOLS:-$root/build/recorder}
launch=$tools/selfheal-launch
unset LD_PRELOAD "${!SELFHEAL_@}" # a caller's own settings are no part of the cases
export LC_ALL=C TZ=UTC
limit=${CASE_TIMEOUT:-20} # seconds

keep=''
[ "${1:-}" != -k ] || { keep=1; shift; }
patterns=("$@")

passed=0 failed=0 skipped=0 number=0
mkdir -p "$build"
say() { # ok|not ok|skip NAME REASON
    number=$((number + 1))
    case $1 in
    ok) passed=$((passed + 1)); echo "ok $number - $2" ;;
    skip) skipped=$((skipped + 1)); echo "ok $number - $2 # SKIP $3" ;;
    *) failed=$((failed + 1)); echo "not ok $number - $2"; printf '%s\n' "$3" | sed 's/^/#   /' ;;
    esac
}
wanted() {
    [ ${#patterns[@]} -gt 0 ] || return 0
    local pattern
    for pattern in "${patterns[@]}"; do [[ $1 == *$pattern* ]] && return 0; done
    return 1
}
newer() { [ -e "$1" ] && [ ! "$2" -nt "$1" ] && [ ! "${3:-$2}" -nt "$1" ]; }

# ---------------------------------------------------------------- tools
if [ ! -x "$launch" ]; then
    echo "run.sh: $launch is missing: make recorder" >&2
    exit 1
fi
newer "$build/sh-run" "$here/sh-run.c" "$root/src/Recorder/recorder_abi.h" ||
    gcc -std=gnu17 -O1 -g -Wall -Wextra -Wno-format-truncation -o "$build/sh-run" "$here/sh-run.c" || exit 1
newer "$build/probe" "$here/launch/probe.c" || gcc -O1 -o "$build/probe" "$here/launch/probe.c" || exit 1
[ -e "$build/empty.so" ] || echo 'int selfheal_empty;' | gcc -shared -nostdlib -x c -o "$build/empty.so" - || exit 1

# ---------------------------------------------------------------- the launcher's tests
fail() { echo "$*"; exit 1; }
skip() { echo "$*"; exit 77; }
same() { [ "$1" = "$2" ] || fail "got: $1
expected: $2"; }
contains() { case $1 in *"$2"*) ;; *) fail "no '$2' in: $1" ;; esac; }
wait_until() {
    local i
    for ((i = 0; i < 500; i++)); do "$@" && return; sleep 0.01; done
    fail "waited in vain for: $*"
}
as_root() { "$@"; }
as_user() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
users=root
[ "$(id -u)" != 0 ] || users='root user'
export -f fail skip same contains wait_until as_root as_user

for test in "$here"/launch/*.sh; do
    name=launch/$(basename "$test" .sh)
    wanted "$name" || continue
    # Outside of the repository, and run from there: an ordinary user must be able to reach it.
    work=$(mktemp -d "${TMPDIR:-/tmp}/selfheal-test.XXXXXX")
    chmod 755 "$work"
    cp "$build/probe" "$build/empty.so" "$launch" "$work/"
    output=$(cd "$work" && root=$root work=$work launch=$work/selfheal-launch probe=$work/probe users=$users \
        timeout "$limit" bash -eu "$test" 2>&1 < /dev/null)
    code=$?
    case $code in
    0) say ok "$name" ;;
    77) say skip "$name" "$output" ;;
    124) say 'not ok' "$name" "took more than $limit s" ;;
    *) say 'not ok' "$name" "$output (exit $code)" ;;
    esac
    if [ "$code" = 0 ] || [ -z "$keep" ]; then rm -rf "$work"; else echo "#   kept: $work"; fi
done

# ---------------------------------------------------------------- the cases
comment() { sed -n "s,^// $1: *,,p" "$2" | head -n 1; }
value() { sed -n "s/^$1 //p" "$2" 2> /dev/null; }

# run_one WHAT COMMAND...: in a fresh working directory, with output and exit code in $work/WHAT.*
run_one() {
    local what=$1
    shift
    rm -rf "$work/cwd"
    mkdir "$work/cwd"
    (cd "$work/cwd" && exec timeout -k 1 "$limit" "$@" < "$work/stdin" > "$work/$what.out" 2> "$work/$what.err")
    echo $? > "$work/$what.exit"
}

check_case() {
    local source=$1 program=$2 expected text
    printf '%b' "$(comment stdin "$source")" > "$work/stdin"
    run_one native "$program"
    expected=$(comment expect-exit "$source")
    [ -n "$expected" ] || expected=$(cat "$work/native.exit")
    [ "$(cat "$work/native.exit")" = "$expected" ] || { echo "natively it exits with $(cat "$work/native.exit"), not $expected: $(tail -n 3 "$work/native.err")"; return; }
    if [ ! -e "$tools/libselfheal.so" ]; then echo "there is no recorder: $tools/libselfheal.so is missing"; return; fi

    # shellcheck disable=SC2046
    run_one recorded "$build/sh-run" record "$work/rec" --refuse --tools "$tools" --report "$work/recorded.report" \
        $(comment record "$source") -- "$program"
    text=$(comment refused "$source")
    if [ -n "$text" ]; then
        [ "$(cat "$work/recorded.exit")" = 125 ] && grep -qF -- "$text" "$work/recorded.err" ||
            echo "recorded it exits with $(cat "$work/recorded.exit"), not refused with: $text"
        return
    fi
    [ "$(cat "$work/recorded.exit")" = "$expected" ] || { echo "recorded it exits with $(cat "$work/recorded.exit"), not $expected (status $(value status "$work/recorded.report") $(value status_text "$work/recorded.report")): $(tail -n 3 "$work/recorded.err")"; return; }
    text=$(diff <(grep -v '^~' "$work/native.out") <(grep -v '^~' "$work/recorded.out") | head -n 6)
    [ -z "$text" ] || { echo "recorded it prints something else than natively:"; echo "$text"; return; }
    case $(value status "$work/recorded.report") in
    ENDED | FAILED) ;;
    *) echo "the recorded run has status $(value status "$work/recorded.report"): $(value status_text "$work/recorded.report")"; return ;;
    esac
    text=$(comment uncontrolled "$source")
    [ "$(value uncontrolled "$work/recorded.report")" = "${text:-0}" ] || { echo "uncontrolled events: $(value uncontrolled "$work/recorded.report") in place of ${text:-0}, the first is call $(value first_uncontrolled "$work/recorded.report")"; return; }

    check_replay replayed "$source" "$program" "$expected"
    # the same, but the replay really writes files and sends data, in the sandbox
    [ -n "$no_sandbox" ] || check_replay performed "$source" "$program" "$expected" --perform --sandbox "$work/scratch"
}

# check_replay WHAT SOURCE PROGRAM EXPECTED OPTION...
check_replay() {
    local what=$1 source=$2 program=$3 expected=$4 text
    shift 4
    # shellcheck disable=SC2046
    run_one "$what" "$build/sh-run" replay "$work/rec" "$work/$what" --refuse --tools "$tools" \
        --report "$work/$what.report" "$@" $(comment replay "$source") -- "$program"
    text=$(comment divergence "$source")
    if [ -n "$text" ]; then
        case $(value divergence_text "$work/$what.report") in *"$text"*) ;; *) echo "$what: expected a divergence with: $text" ;; esac
        return
    fi
    [ "$(value diverged "$work/$what.report")" = 0 ] || { echo "$what: diverged at event $(value divergence_event "$work/$what.report") of $(value events "$work/recorded.report"): $(value divergence_text "$work/$what.report")"; return; }
    text=$(comment replay-exit "$source")
    expected=${text:-$expected}
    [ "$(cat "$work/$what.exit")" = "$expected" ] || { echo "$what: it exits with $(cat "$work/$what.exit"), not $expected (status $(value status "$work/$what.report") $(value status_text "$work/$what.report"), $(value events "$work/$what.report") of $(value events "$work/recorded.report") events): $(tail -n 3 "$work/$what.err")"; return; }
    text=$(diff "$work/recorded.out" "$work/$what.out" | head -n 6)
    [ -z "$text" ] || { echo "$what: it prints something else than the recorded run:"; echo "$text"; return; }
    [ "$(value events "$work/$what.report")" = "$(value events "$work/recorded.report")" ] || { echo "$what: $(value events "$work/$what.report") events, the recorded run has $(value events "$work/recorded.report")"; return; }
    text=$(comment expect-stderr "$source")
    [ -z "$text" ] || { grep -qF -- "$text" "$work/recorded.err" && grep -qF -- "$text" "$work/$what.err"; } || echo "$what: stderr does not hold: $text"
}

no_sandbox=''
"$launch" --probe 2> /dev/null || no_sandbox=1
mkdir -p "$build/cases"
for source in "$here"/cases/*.c; do
    [ -e "$source" ] || continue
    name=cases/$(basename "$source" .c)
    wanted "$name" || continue
    program=$build/$name
    # shellcheck disable=SC2046
    if ! newer "$program" "$source" "$here/cases/case.h" && ! output=$(gcc -std=gnu17 -O1 -g -Wall -o "$program" "$source" $(comment flags "$source") 2>&1); then
        say 'not ok' "$name" "does not compile: $output"
        continue
    fi
    work=$(mktemp -d "${TMPDIR:-/tmp}/selfheal-case.XXXXXX")
    output=$(check_case "$source" "$program" 2>&1)
    if [ -z "$output" ]; then say ok "$name"; else say 'not ok' "$name" "$output"; fi
    if [ -z "$output" ] || [ -z "$keep" ]; then rm -rf "$work"; else echo "#   kept: $work"; fi
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$((passed + failed))" -gt 0 ]
