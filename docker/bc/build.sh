#!/bin/sh
# Builds bc 1.07.1 from Debian's source package, with one of the paper's bugs brought back.
#
#   build.sh --bug more_arrays|genstr|lookup|none|fixed --prefix DIR [--source TARBALL]
#
# none is the stock source, fixed is stock without its own open bug (the reference for right output).
# DIR/bin/bc and DIR/bin/dc are the result. The same inputs give the same binary and so the same build-id,
# wherever it is built: debug paths are mapped to /usr/src/bc. DIR/inputs says what it was made from; a
# second call with the same inputs does nothing. TARBALL defaults to what scripts/fetch-source.sh brings.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
bug= prefix= source=
usage() {
    echo "usage: $0 --bug more_arrays|genstr|lookup|none|fixed --prefix DIR [--source TARBALL]" >&2
    exit 2
}
while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || usage
    case $1 in
        --bug) bug=$2 ;;
        --prefix) prefix=$2 ;;
        --source) source=$2 ;;
        *) usage ;;
    esac
    shift 2
done
[ -n "$prefix" ] || usage
case $bug in
    none) patch= ;;
    fixed) patch=$here/fixes/redefine.patch ;;
    more_arrays | genstr | lookup) patch=$here/bugs/$bug.patch ;;
    *) usage ;;
esac
case $prefix in /*) ;; *) prefix=$PWD/$prefix ;; esac

if [ -z "$source" ]; then
    root=$(cd "$here/../.." && pwd)
    "$root/scripts/fetch-source.sh" bc >&2
    source=$(find "$root/.cache/sources/bc.tarball" -name 'bc_*.orig.tar.*' ! -name '*.asc' | head -n 1)
fi
[ -f "$source" ] || { echo "docker/bc/build.sh: the source tarball ${source:-of bc} does not exist" >&2; exit 1; }

# Tests of several projects may ask for the same build at the same time.
mkdir -p "$prefix"
exec 9>"$prefix/lock"
flock 9

inputs=$( (${CC:-cc} --version | head -n 1; cat "$source" "$0" ${patch:+"$patch"}) | sha256sum | cut -d ' ' -f 1)
if [ -x "$prefix/bin/bc" ] && [ "$(cat "$prefix/inputs" 2>/dev/null)" = "$inputs" ]; then
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
tar xf "$source" -C "$work" --strip-components=1 --no-same-owner
cd "$work"
if [ -n "$patch" ]; then
    patch -s -p1 <"$patch"
    touch bc/bc.c bc/scan.c # newer than the grammar, or make wants bison and flex
fi
log=$work/build.log
if ! {
    ./configure MAKEINFO=true CFLAGS="-g -O2 -ffile-prefix-map=$work=/usr/src/bc" &&
        make -j "$(nproc)" MAKEINFO=true
} >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    echo "docker/bc/build.sh: bc ($bug) could not be built from $source; the end of its log is above" >&2
    exit 1
fi
mkdir -p "$prefix/bin"
rm -f "$prefix/inputs"
cp bc/bc dc/dc "$prefix/bin/"
echo "$inputs" >"$prefix/inputs"
echo "bc ($bug): $prefix/bin/bc" >&2
