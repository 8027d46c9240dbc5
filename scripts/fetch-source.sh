#!/bin/sh
# Fetches the upstream source of a Debian package and unpacks it to .cache/sources/NAME/.
#
#   scripts/fetch-source.sh NAME [--version VERSION] [--force]
#
# The tarball comes from the machine's own Debian mirrors by `apt-get source --tar-only`, which checks it
# against the signed index; a copy of the sources lists with `deb-src` in place of `deb` is used, so nothing
# of the machine's set-up is changed and no root is needed. Tarballs stay in .cache/sources/ and are not
# fetched twice.
set -eu

fail() {
    echo "fetch-source: $*" >&2
    exit 1
}

name='' version='' force=''
while [ $# -gt 0 ]; do
    case $1 in
    --version) [ $# -gt 1 ] || fail "--version wants a version"; version=$2; shift ;;
    --force) force=1 ;;
    -*) fail "unknown option $1" ;;
    *) name=$1 ;;
    esac
    shift
done
[ -n "$name" ] || fail "usage: scripts/fetch-source.sh NAME [--version VERSION] [--force]"

root=$(cd "$(dirname "$0")/.." && pwd)
sources=$root/.cache/sources
target=$sources/$name
[ -n "$force" ] || [ ! -e "$target/.complete" ] || exit 0
mkdir -p "$sources"

# Two builds may want the same source at the same time.
exec 9> "$sources/.lock"
flock 9
[ -n "$force" ] || [ ! -e "$target/.complete" ] || exit 0

# The machine's own Debian lists, as source lists, without those that match $2.
write_source_lists() {
    rm -rf "$1"
    mkdir -p "$1"
    for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [ -f "$list" ] && grep -E '^deb .*debian' "$list" | grep -v "$2" | sed 's/^deb /deb-src /' >> "$1/debian.list" || true
    done
    for list in /etc/apt/sources.list.d/*.sources; do
        [ -f "$list" ] || continue
        # one stanza after the other, separated by blank lines
        awk -v RS= -v without="$2" '/(^|\n)URIs:[^\n]*debian/ && $0 !~ without {
            gsub(/(^|\n)Types:[^\n]*/, "\nTypes: deb-src"); print $0 "\n" }' "$list" > "$1/$(basename "$list")"
        [ -s "$1/$(basename "$list")" ] || rm "$1/$(basename "$list")"
    done
    [ -n "$(cat "$1"/* 2>/dev/null)" ] || fail "no Debian archive is configured in /etc/apt: it is needed for the source of $name"
}

apt() {
    apt-get -q -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$sources/.apt/lists.d" \
        -o Dir::State::lists="$sources/.apt/lists" -o Dir::Cache="$sources/.apt/cache" \
        -o APT::Sandbox::User="$(id -un)" -o Acquire::Retries=3 "$@"
}

fetch() {
    command -v apt-get > /dev/null || fail "apt-get is missing: put the upstream tarball of $name into $sources/$name.tarball/"
    mkdir -p "$sources/.apt/lists/partial" "$sources/.apt/cache/archives/partial" "$1"
    attempt=1
    while :; do
        # A mirror of the security archive may lack the upstream tarball, which the main archive has as well.
        without=nothing
        [ "$attempt" != 2 ] || without=security
        write_source_lists "$sources/.apt/lists.d" "$without"
        if (apt update && cd "$1" && apt source --tar-only "$name${version:+=$version}") > "$sources/$name.log" 2>&1; then
            return
        fi
        ! grep -q 'Unable to find a source package' "$sources/$name.log" || break
        [ "$attempt" -lt 3 ] || break
        sleep "$attempt"
        attempt=$((attempt + 1))
    done
    tail -n 5 "$sources/$name.log" >&2
    fail "could not fetch the source of $name in $attempt attempts; the whole log is $sources/$name.log"
}

tarballs=$sources/$name.tarball
find_tarball() {
    find "$tarballs" -maxdepth 1 -name '*.orig.tar.*' ! -name '*.asc' 2>/dev/null | sort | head -n 1
}
[ -z "$force" ] || rm -rf "$tarballs"
tarball=$(find_tarball)
if [ -z "$tarball" ]; then
    fetch "$tarballs"
    tarball=$(find_tarball)
    [ -n "$tarball" ] || fail "$name came without an upstream tarball; see $sources/$name.log"
fi

rm -rf "$target" "$target.new"
mkdir -p "$target.new"
tar -xf "$tarball" -C "$target.new" --strip-components=1 --no-same-owner ||
    fail "cannot unpack $tarball; run again with --force"
# Further tarballs (NAME_VERSION.orig-COMPONENT.tar.*) belong into directories of their own.
for part in "$tarballs"/*.orig-*.tar.*; do
    case $part in *.asc | *'*'*) continue ;; esac
    component=${part##*.orig-}
    component=${component%%.tar.*}
    mkdir -p "$target.new/$component"
    tar -xf "$part" -C "$target.new/$component" --strip-components=1 --no-same-owner
done
basename "$tarball" > "$target.new/.complete"
mv "$target.new" "$target"
