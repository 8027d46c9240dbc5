#!/usr/bin/env bash
# Compiles the pairs of races.tsv: build.sh [OUTDIR] makes OUTDIR/NAME, which fails under some schedules, and
# OUTDIR/NAME.fixed, which never does. OUTDIR is build/races if not given. Only what is older than its source is made.
# RACES_FLAGS: more flags, as -fsanitize=thread. Prints nothing unless a compiler does.
set -u
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$(cd "$here/../.." && pwd)/build/races}
mkdir -p "$out" || exit 1

stale() { [ ! -e "$1" ] || [ "$2" -nt "$1" ] || [ "$here/race.h" -nt "$1" ]; }

grep -v '^#' "$here/races.tsv" | while IFS=$'\t' read -r name language _ _ flags; do
    case $language in
    C) compile='gcc -std=gnu17' source=$here/$name.c ;;
    *) compile='g++ -std=gnu++17' source=$here/$name.cc ;;
    esac
    compile="$compile -O1 -g -Wall -Wextra -pthread ${flags:-} ${RACES_FLAGS:-}"
    ! stale "$out/$name" "$source" || echo "$compile -o '$out/$name' '$source'"
    ! stale "$out/$name.fixed" "$source" || echo "$compile -DFIXED -o '$out/$name.fixed' '$source'"
done | tr '\n' '\0' | xargs -0 -r -n 1 -P "$(nproc)" sh -c
