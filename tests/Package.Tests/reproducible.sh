#!/usr/bin/env bash
# The recorder in build/recorder, built once more in another directory: are they the same bytes?
set -u
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d "${TMPDIR:-/tmp}/selfheal-reproducible.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
# shellcheck source=tests/checks.sh
. tests/checks.sh

other=$work/a/directory/with/another/name
mkdir -p "$other/src" "$other/.cache/sources"
cp -r src/Recorder "$other/src/"
cp -r .cache/sources/zydis "$other/.cache/sources/"
if ! make -C "$other" -f "$PWD/Makefile" recorder > "$work/log" 2>&1; then
    check "the recorder is built in another directory" "$(tail -n 10 "$work/log")"
else
    for file in libselfheal.so selfheal-launch; do
        check "$file is the same" "$(cmp "build/recorder/$file" "$other/build/recorder/$file" 2>&1)"
        check "$file names no directory of the machine" "$(strings "build/recorder/$file" | grep -F -e "$PWD" -e "$HOME/")"
    done
fi
end
