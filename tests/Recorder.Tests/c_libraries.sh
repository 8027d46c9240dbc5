#!/usr/bin/env bash
# The recorder, built here, with other C libraries: c_libraries.sh [PATTERN]...
#
# Exact round trips (record, then replay) of programs of an older and of a newer Debian, in a root that
# scripts/debian-root.sh makes from its packages; and what is said where the C library is musl. A release whose packages
# the machine's archive does not have is skipped, and said so.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
tools=${SELFHEAL_TOOLS:-$root/build/recorder}
unset LD_PRELOAD SELFHEAL_RUN SELFHEAL_TOOLS
export LC_ALL=C PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
work=$(mktemp -d "${TMPDIR:-/tmp}/selfheal-libraries.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
# shellcheck source=tests/checks.sh
. "$root/tests/checks.sh"
patterns=("$@")
wanted() {
    [ ${#patterns[@]} -gt 0 ] || return 0
    local pattern
    for pattern in "${patterns[@]}"; do [[ $1 == *$pattern* ]] && return 0; done
    return 1
}

# in_root ROOT COMMAND...: with the recorder in /selfheal and the work directory in /work, in mounts of its own
in_root() {
    local as=-m
    [ "$(id -u)" = 0 ] || as=-rm
    mkdir -p "$1/selfheal" "$1/work"
    # shellcheck disable=SC2016
    timeout -k 1 60 unshare "$as" sh -c 'mount --rbind /proc "$3/proc" && mount --rbind /dev "$3/dev" && mount --bind "$1" "$3/selfheal" &&
        mount --bind "$2" "$3/work" && shift 2 && exec chroot "$@"' sh "$tools" "$work" "$@"
}
value() { sed -n "s/^$1 //p" "$work/$2.report"; }

# round_trip ROOT THREADS PROGRAM [ARG]...: what is wrong with it; at least THREADS must have been started
round_trip() {
    local at=$1 threads=$2 run exit=()
    shift 2
    for run in recorded replayed; do
        local how=(record /work/recorded --refuse) input=$work/input
        [ "$run" = recorded ] || how=(replay /work/recorded /work/replayed --refuse) input=/dev/null
        rm -rf "${work:?}/$run"
        in_root "$at" /work/sh-run "${how[@]}" --tools /selfheal --report "/work/$run.report" -- "$@" < "$input" > "$work/$run.out" 2> "$work/$run.err"
        exit+=($?)
        [ "$(value status $run)" = ENDED ] || { echo "$run: exit ${exit[-1]}, status $(value status $run) $(value status_text $run) $(value divergence_text $run)"; tail -n 2 "$work/$run.err"; return; }
        [ "$(value uncontrolled $run)" = 0 ] || echo "$run: $(value uncontrolled $run) uncontrolled events, the first is call $(value first_uncontrolled $run)"
    done
    [ "$(value threads recorded)" -ge "$threads" ] || echo "only $(value threads recorded) threads were started"
    [ "${exit[0]}" = "${exit[1]}" ] && [ "$(value events recorded)" = "$(value events replayed)" ] ||
        echo "recorded: exit ${exit[0]}, $(value events recorded) events; replayed: exit ${exit[1]}, $(value events replayed) events"
    [ -s "$work/recorded.out" ] || echo "it printed nothing"
    cmp "$work/recorded.out" "$work/replayed.out" 2>&1
}

release() { # SUITE GLIBC
    wanted "$1" || return
    local at name
    if ! at=$("$root/scripts/debian-root.sh" "$1" bc pigz coreutils dash bash perl-base sqlite3 2> "$work/root.err"); then
        skip "programs of $1" "$(tail -n 1 "$work/root.err")"
        return
    fi
    check "$1 has glibc $2" "$(grep -aq "GNU C Library.* version $2\." "$at/lib/x86_64-linux-gnu/libc.so.6" || echo "another version: $at")"
    seq 100000 > "$work/input"
    check "$1: a program with threads, record and replay" "$(round_trip "$at" 3 pigz -p 3 -c)"
    check "$1: a program that links libpthread through a library, record and replay" "$(round_trip "$at" 0 ls -l /usr)"
    check "$1: random numbers, time and process id, record and replay" "$(round_trip "$at" 0 bash -c 'echo $RANDOM $$; printf "%(%s)T\n" -1')"
    check "$1: an interpreter, record and replay" "$(round_trip "$at" 0 perl -e 'print rand(), " ", time, " $$\n"; print scalar(keys %ENV), "\n"; print length(join("", <STDIN>)), "\n"')"
    printf 'create table t(a, b);\ninsert into t values (random(), 2);\nselect * from t;\n' > "$work/input"
    check "$1: a database, record and replay" "$(round_trip "$at" 0 sqlite3)"
    printf '2^100\nscale=50\n1/7\nquit\n' > "$work/input"
    check "$1: bc, record and replay" "$(round_trip "$at" 0 bc -q)"
}

musl() {
    wanted musl || return
    echo 'int puts(const char *); int main(void) { return puts("hello") < 0; }' > "$work/hello.c"
    musl-gcc -o "$work/hello" "$work/hello.c" || exit 1
    mkdir -p "$work/run"
    head -c 65536 /dev/zero > "$work/run/control"
    local said status=0
    said=$("$tools/selfheal-launch" --run "$work/run" --lib "$tools/libselfheal.so" -- "$work/hello" 2>&1) || status=$?
    [ "$status" = 126 ] && [[ $said == *"it is linked with musl; the recorder needs glibc"* ]]
    check "musl: the launcher refuses and says why" "$([ $? = 0 ] || echo "exit $status: $said")"
    said=$(SELFHEAL_RUN=$work/run LD_PRELOAD=$tools/libselfheal.so "$work/hello" 2>&1) && [[ $said == *"not glibc"*hello ]]
    check "musl: preloaded by hand, the program runs plain and is told so" "$([ $? = 0 ] || echo "$said")"
}

gcc -std=gnu17 -O1 -g -static -Wall -Wextra -Wno-format-truncation -o "$work/sh-run" "$here/sh-run.c" || exit 1
release bullseye 2.31
release trixie 2.41
musl
end
