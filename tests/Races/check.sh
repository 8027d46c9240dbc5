#!/usr/bin/env bash
# Shows that the pairs are what races.tsv says, without the recorder: check.sh [-n RUNS] [-s] [PATTERN]
# For each pair: native runs of the failing twin, then the failing and the fixed twin with noise.c preloaded, which
# pauses for random times at the places. A failing twin has to fail at least once, in the way that the manifest says,
# and a fixed one never. -n: runs of each kind, 500 if not given. -s: with ThreadSanitizer too, on the fixed twin.
# Prints a table (runs with noise of the failing twin end at the 10th failure) and what is wrong.
set -u
here=$(cd "$(dirname "$0")" && pwd)
out=$(cd "$here/../.." && pwd)/build/races
runs=500 sanitizer=''
while getopts n:s option; do
    case $option in
    n) runs=$OPTARG ;;
    s) sanitizer=1 ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))

"$here/build.sh" "$out" || exit 1
gcc -std=gnu17 -O1 -Wall -Wextra -shared -fPIC -o "$out/noise.so" "$here/noise.c" &&
    gcc -std=gnu17 -O1 -Wall -Wextra -o "$out/many" "$here/many.c" || exit 1
[ -z "$sanitizer" ] || RACES_FLAGS=-fsanitize=thread "$here/build.sh" "$out/sanitized" || exit 1

check() { # NAME FAILS: one line of the table
    local name=$1 fails=$2 places native noisy fixed sane='' reasons='' limit=1000
    local -a n f x s=(0 0)
    [ "$fails" != deadlock ] || limit=300
    cd "$(mktemp -d)" || return
    places=$(NOISE_COUNT=1 LD_PRELOAD=$out/noise.so "$out/$name.fixed" 2>&1 > /dev/null)
    native=$("$out/many" "$runs" "$limit" 0 "$out/$name")
    noisy=$(NOISE=$out/noise.so "$out/many" "$runs" "$limit" 10 "$out/$name")
    fixed=$(NOISE=$out/noise.so "$out/many" "$runs" 20000 0 "$out/$name.fixed")
    [ -z "$sanitizer" ] || sane=$("$out/many" "$runs" 20000 0 "$out/sanitized/$name.fixed")
    IFS=$'\t' read -ra n <<< "$native"
    IFS=$'\t' read -ra f <<< "$noisy"
    IFS=$'\t' read -ra x <<< "$fixed"
    [ -z "$sane" ] || IFS=$'\t' read -ra s <<< "$sane"
    [ "${f[1]}" -gt 0 ] || reasons+=' never fails;'
    [[ ${f[2]:-} == "$fails:"* && ${#f[@]} -le 3 ]] || reasons+=" fails with ${f[*]:2};"
    [ "${x[1]}" = 0 ] || reasons+=" the fixed twin fails with ${x[*]:2};"
    [ "${s[1]}" = 0 ] || reasons+=" sanitized: ${s[*]:2};"
    printf '%-30s %-10s %6s %9s %12s %9s %9s %s\n' "$name" "$fails" "$places" "${n[1]}/${n[0]}" "${f[1]}/${f[0]}" \
        "${x[1]}/${x[0]}" "${sane:+${s[1]}/${s[0]}}" "${reasons:+ WRONG:$reasons}"
    rm -rf "$PWD"
}
export -f check
export out runs sanitizer

printf '%-30s %-10s %6s %9s %12s %9s %9s\n' name fails places native 'with noise' fixed sanitized
table=$(grep -v '^#' "$here/races.tsv" | while IFS=$'\t' read -r name _ _ fails _; do
    [ $# = 0 ] || [[ $name == *$1* ]] || continue
    printf '%s\0%s\0' "$name" "$fails"
done | xargs -0 -n 2 -P "$(nproc)" bash -c 'check "$@"' check)
echo "$table"
! grep -q ' WRONG:' <<< "$table"
