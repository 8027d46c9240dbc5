#!/usr/bin/env bash
# What guard mode, pads and call stacks find: heap.sh [PATTERN]...
#
# Runs those cases/*.c that say what their recorded run reports (run.sh checks that they behave the same):
#   // expect-report: REGEX    a line that the control page's report must hold (several are allowed)
#   // expect-output: REGEX    the same of what it prints
#   // pad: CALLER>CALLEE [CALLER>CALLEE]... N    a patch with one entry: the return addresses of these calls
#   // build-id: HEX           the patch's build-id, in place of the program's own
# and, as in run.sh, // flags: and // record: .
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$root/build/recorder-tests
tools=${SELFHEAL_TOOLS:-$root/build/recorder}
mkdir -p "$build/heap"
gcc -std=gnu17 -O1 -g -Wall -Wextra -Wno-format-truncation -o "$build/heap/sh-run" "$here/sh-run.c" || exit 1
export LC_ALL=C

comment() { sed -n "s,^// $1: *,,p" "$2"; }

# return_address PROGRAM CALLER CALLEE: of the first such call
return_address() {
    objdump -d --no-show-raw-insn "$1" | awk -v caller="<$2>:" -v callee="<$3" '
        $2 == caller { inside = 1; next }
        inside && found { sub(":", "", $1); print $1; exit }
        inside && /call/ && (index($0, callee ">") || index($0, callee "@")) { found = 1 }'
}

write_patch() { # PROGRAM SOURCE
    local name=${1##*/} id words frames='' word
    id=$(comment build-id "$2")
    [ -n "$id" ] || id=$(readelf -n "$1" | sed -n 's/.*Build ID: //p')
    read -ra words <<< "$(comment pad "$2")"
    for word in "${words[@]::${#words[@]}-1}"; do
        frames+=" $name+0x$(return_address "$1" "${word%>*}" "${word#*>}")"
    done
    printf 'selfheal-patch 1\nmodule %s %s\n<%s> : Pad Allocation %s\n' "$name" "$id" "${frames# }" "${words[-1]}"
}

passed=0 failed=0
for source in "$here"/cases/*.c; do
    grep -q '^// expect-report:' "$source" || continue
    name=$(basename "$source" .c)
    [ $# -eq 0 ] || { wanted=; for p in "$@"; do [[ $name == *$p* ]] && wanted=1; done; [ -n "$wanted" ] || continue; }
    program=$build/heap/$name
    work=$(mktemp -d "${TMPDIR:-/tmp}/selfheal-heap.XXXXXX")
    reason=
    # shellcheck disable=SC2046
    gcc -std=gnu17 -O1 -g -Wall -Wl,--build-id -o "$program" "$source" $(comment flags "$source") || reason='does not compile'
    options=()
    if [ -n "$(comment pad "$source")" ]; then
        write_patch "$program" "$source" > "$work/patch.ep"
        options=(--patch "$work/patch.ep")
    fi
    # shellcheck disable=SC2046
    [ -n "$reason" ] || (cd "$work" && exec timeout 20 "$build/heap/sh-run" record "$work/run" --tools "$tools" --report "$work/report" \
        "${options[@]}" $(comment record "$source") -- "$program" < /dev/null > "$work/out" 2> "$work/err")
    [ -n "$reason" ] || ! grep -q "^status NEW" "$work/report" || reason="it did not start under the recorder: $(tail -n 2 "$work/err")"
    while IFS= read -r regex; do
        [ -n "$reason" ] || grep -Eq -- "$regex" "$work/report" || reason="the report has no line $regex: $(grep -E '^(status|overflow|hits|patch|failure_stack)' "$work/report" | tr '\n' ';') $(tail -n 2 "$work/err")"
    done < <(comment expect-report "$source")
    while IFS= read -r regex; do
        [ -n "$reason" ] || grep -Eq -- "$regex" "$work/out" || reason="it does not print $regex: $(tail -n 3 "$work/out")"
    done < <(comment expect-output "$source")
    if [ -z "$reason" ]; then
        passed=$((passed + 1))
        echo "ok - heap/$name"
    else
        failed=$((failed + 1))
        echo "not ok - heap/$name"
        echo "#   $reason"
    fi
    rm -rf "$work"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
