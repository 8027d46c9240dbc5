#!/usr/bin/env bash
# Runs the tests and adds up what each runner says: test.sh [c] [dotnet] [package] [servers], all but the last by default.
# servers is the real MariaDB and mail readers, which must have been built, and their images: make test-servers.
#
# The last line is "N passed, N failed, N skipped" over all of them. Exit status 1 if anything failed, if a
# runner closed without a summary, or if a round trip (record, then replay) was skipped: those never may be.
set -u
# a shell that was started in the background ignores Ctrl-C, and so would all programs under test
[ "${1:-}" = --again ] || exec env --default-signal bash "$0" --again "$@"
shift
cd "$(dirname "$0")/.."
what=${*:-c dotnet package}
logs=build/test-logs
mkdir -p "$logs"
: > "$logs/failures"
passed=0 failed=0 skipped=0 broken=0

# add PASSED FAILED SKIPPED RUNNER STATUS
add() {
    passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
    if [ "$5" -ne 0 ] && [ "$2" -eq 0 ]; then
        echo "test.sh: $4 exited with $5 although no test of it failed; see $logs" >&2
        broken=1
    fi
    if [ $(($1 + $2)) -eq 0 ]; then
        echo "test.sh: $4 ran no test; see $logs" >&2
        broken=1
    fi
}

# What failed, once more at the end, where it is seen: C says "not ok" and "# why", .NET "failed NAME" and the reason.
recall_failures() { # LOG
    awk '/^not ok /{p=1; n=0} /^ok /{p=0} /^failed /{p=1; n=0} /^(passed|skipped) |^[^ #n].*\(net10/{p=0} p && n++ < 40' "$1" >> "$logs/failures"
}

refuse_skipped_round_trips() { # LOG
    # in C every case and every program is a round trip (record, replay); in C# the name says so
    if grep -E '^ok .*- (cases|programs|threaded|peers|drops)/.*# SKIP' "$1" || grep -iE '^ *skip(ped)?\b' "$1" | grep -iE 'round.?trip'; then
        echo "test.sh: a round trip was skipped (the lines above); a round trip may never be skipped" >&2
        broken=1
    fi
}

run_c_script() { # SCRIPT [ARG]...
    local log status line
    log=$logs/$(basename "$1" .sh)${2:-}.log
    bash "$@" 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1)
    if [[ $line =~ ([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)? ]]; then
        add "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" "${BASH_REMATCH[4]:-0}" "$1" "$status"
    else
        add 0 0 0 "$1" "$status"
    fi
    refuse_skipped_round_trips "$log"
    recall_failures "$log"
}

run_c() {
    local script
    for script in structure run heap programs bad_input live peers drops c_libraries; do run_c_script "tests/Recorder.Tests/$script.sh"; done
    run_c_script fuzz/run.sh
    run_c_script docker/mysql/driver/tests/driver_test.sh
}

# what a user gets: documents, packages, production without .NET
run_package() {
    local script
    for script in docs reproducible package production; do run_c_script "tests/Package.Tests/$script.sh"; done
}

run_dotnet_tests() { # NAME COMMAND...
    local log=$logs/$1.log name=$1 status
    shift
    "$@" --no-progress --no-ansi --output Detailed 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    figure() { sed -n "s/^  $1: \([0-9]*\)$/\1/p" "$log" | tail -n 1; }
    local ok bad skip
    ok=$(figure succeeded) bad=$(figure failed) skip=$(figure skipped)
    add "${ok:-0}" "${bad:-0}" "${skip:-0}" "$name" "$status"
    refuse_skipped_round_trips "$log"
    recall_failures "$log"
}

run_dotnet() {
    # one project at a time: the tests start many processes, and some of them measure
    run_dotnet_tests dotnet dotnet test --solution SelfHeal.sln -c "${CONFIGURATION:-Release}" --no-build \
        --max-parallel-test-modules 1 --filter-not-trait Servers=mysql --filter-not-trait Servers=mail \
        --filter-not-trait Servers=containers
}

run_servers() {
    run_c_script tests/Recorder.Tests/threaded.sh -s
    run_c_script tests/Recorder.Tests/peers.sh -s
    run_dotnet_tests servers dotnet "samples/BuggyServers/bin/${CONFIGURATION:-Release}/net10.0/BuggyServers.dll" \
        --filter-trait Servers=mysql --filter-trait Servers=mail --filter-trait Servers=containers
}

for part in $what; do
    case $part in
        c) run_c ;;
        dotnet) run_dotnet ;;
        package) run_package ;;
        servers) run_servers ;;
        *) echo "usage: $0 [c] [dotnet] [package] [servers]" >&2; exit 2 ;;
    esac
done
[ ! -s "$logs/failures" ] || { echo 'Failed:'; cat "$logs/failures"; }
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$broken" -eq 0 ]
