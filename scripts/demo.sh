#!/usr/bin/env bash
# The whole loop on real bc (GNU bc 1.07.1 from Debian's source, with the overflow of bc 1.06 brought back):
# failure, diagnosis, patch, healed run, and what it costs. Called by `make demo`, which installs what is missing.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    bold=$'\e[1m' dim=$'\e[2m' off=$'\e[0m'
else
    bold='' dim='' off=''
fi

step() { printf '\n%s%s%s\n' "$bold" "$1" "$off"; }
say() { printf '%s\n' "$@"; }
# Shows a command as a user would type it, and runs it; its exit status is told when it is not 0.
show() {
    printf '%s$ %s%s\n' "$dim" "$*" "$off"
    local status=0
    "$@" || status=$?
    [ "$status" -eq 0 ] || printf '%s(exit status %s)%s\n' "$dim" "$status" "$off"
}

build_quietly() {
    local log=build/demo-build.log
    mkdir -p build
    if ! {
        make recorder &&
            dotnet build src/SelfHeal.Cli -c Release --nologo -v quiet &&
            make server-bc-more_arrays server-bc-none
    } >"$log" 2>&1; then
        tail -n 30 "$log" >&2
        echo "demo: the build failed; the end of its log is above, all of it is in $log" >&2
        exit 1
    fi
}

# bc programs: 92 scalars and 66 arrays make bc 1.06 overflow; the second one only computes.
write_inputs() {
    {
        for i in $(seq 0 91); do echo "v$i=$i"; done
        for i in $(seq 0 65); do echo "a${i}[0]=$i"; done
        echo 'v91+a65[0]'
        echo '2^100'
    } >report.bc
    {
        echo 'define g(n) { auto r; r=1; while (n>1) { r*=n; n-=1 }; return (r) }'
        for i in $(seq 1 "$1"); do
            echo "x=g($((600 + i % 7)));scale=300;y=sqrt($((i + 1)));z=3^$((2000 + i));w=z/x;scale=0;x%1000007"
        done
    } >work.bc
}

say "${bold}SelfHeal on real bc${off}"
say "Building the recorder, the command line and two versions of bc ..."
build_quietly
rm -rf build/demo && mkdir -p build/demo
cd build/demo
ln -s "$root/selfheal" selfheal
cp "$root/build/servers/bc-more_arrays/bin/bc" bc
cp "$root/build/servers/bc-none/bin/bc" bc-unbroken
write_inputs 200

step '1. A report that makes bc overflow a heap block. It is recorded while it runs, and dies.'
show ./selfheal record -o run1 -- ./bc -q report.bc </dev/null
show ./selfheal log run1

step '2. Diagnosis from the log alone: the failure is replayed with a guard page behind every heap block.'
say 'valgrind is asked too, as a second opinion. A candidate patch is tried, and validated by a fresh run.'
show ./selfheal heal run1 --valgrind -o bc.ep

step '3. The patch: one line, keyed by build-id and call stack. No source, no recompilation.'
show cat bc.ep

step '4. The same report with the patch in force.'
show ./selfheal run --patch bc.ep -o run2 -- ./bc -q report.bc </dev/null | tee patched.txt
printf '%sWhat an unbroken bc prints:%s ' "$dim" "$off"
./bc-unbroken -q report.bc </dev/null | tee right.txt | tr '\n' ' '
echo
if diff -q <(grep -v '^.*\$ ' patched.txt) right.txt >/dev/null; then
    say "${bold}The same output.${off}"
else
    echo 'demo: the patched output differs from that of an unbroken bc' >&2
    exit 1
fi
./selfheal log run2 | grep '^patch'

step '5. What it costs, on a benign load (interleaved, the fastest of 5).'
seconds() { ./selfheal log "$1" --json | sed -n 's/^ *"seconds": \([0-9.eE-]*\),*$/\1/p'; }
fastest() { sort -g | head -n 1; }
for i in 1 2 3 4 5; do
    start=$(date +%s%N)
    ./bc -q work.bc </dev/null >/dev/null
    echo "$start $(date +%s%N)" | awk '{ print ($2 - $1) / 1e9 }' >>plain
    ./selfheal record -o "logged$i" -- ./bc -q work.bc </dev/null >/dev/null
    seconds "logged$i" >>logged
    ./selfheal run --patch bc.ep -o "patched$i" -- ./bc -q work.bc </dev/null >/dev/null
    seconds "patched$i" >>patched
done
plain=$(fastest <plain) logged=$(fastest <logged) patched=$(fastest <patched)
awk -v p="$plain" -v l="$logged" -v q="$patched" 'BEGIN {
    printf "original %.3f s, recorded %.3f s (x %.3f), recorded with the patch %.3f s (x %.3f of recorded)\n",
        p, l, l / p, q, q / l }'
./selfheal log logged1 | grep -E '^(recorder|events)'

step "Done. Everything is in build/demo; the patch stays in force for whoever runs: selfheal run --patch bc.ep -- ./bc"
say 'Next: README.md shows the same loop as a ten-line test; make bench measures against the budgets.'
