#!/bin/sh
# Builds the MariaDB server from Debian's source package, with one of the paper's MySQL bugs brought back.
#
#   build.sh --bug mysql-1|mysql-2|mysql-3|none [--out DIR]
#
# DIR (build/servers/mysql-1 to mysql-3, or mysql-none, by default) gets bin/mariadbd and share/, which is all that it
# needs at run time, and DIR/inputs says what it was made from: a second call with the same inputs does nothing. One
# configured build tree is kept in .cache/mysql/: the first build takes about 10 minutes on two quiet cores, the next
# bug recompiles one file. The same inputs give the same binary and so the same build-id: debug paths are mapped to
# /usr/src/mariadb.
#
# It may be interrupted or killed at any time: what is not complete is not taken for built. The tree is ninja's, which
# trusts no file that it did not finish itself.
set -eu

fail() {
    echo "docker/mysql/build.sh: $*" >&2
    exit 1
}

usage() {
    echo "usage: $0 --bug mysql-1|mysql-2|mysql-3|none [--out DIR]" >&2
    exit 2
}

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
tree=$root/.cache/mysql
bug='' out=''
while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || usage
    case $1 in
        --bug) bug=$2 ;;
        --out) out=$2 ;;
        *) usage ;;
    esac
    shift 2
done
case $bug in
    none) patch=/dev/null ;;
    mysql-1 | mysql-2 | mysql-3) patch=$here/patches/$bug.patch ;;
    *) usage ;;
esac
[ -n "$out" ] || out=$root/build/servers/mysql-${bug#mysql-}
case $out in /*) ;; *) out=$PWD/$out ;; esac

sh "$root/scripts/install-prerequisites.sh" "$here/prerequisites.txt"
"$root/scripts/fetch-source.sh" mariadb >&2
upstream=$root/.cache/sources/mariadb
version=$(cat "$upstream/.complete") # the tarball's name; apt has checked its content

hash() { sha256sum | cut -d ' ' -f 1; }
# what the tree is made from, and what the result is made from
tree_inputs=$( (echo "$version"; c++ --version | head -n 1; cat "$here/cmake-options.txt" "$here/patches/without-aria.patch") | hash)
inputs=$( (echo "$tree_inputs"; cat "$0" "$patch") | hash)
is_built() { [ -x "$out/bin/mariadbd" ] && [ "$(cat "$out/inputs" 2>/dev/null)" = "$inputs" ]; }
! is_built || exit 0

mkdir -p "$tree"
exec 9>"$tree/lock"
if ! flock -n 9; then
    echo "mysql ($bug): waiting for another build in $tree" >&2
    flock 9
    ! is_built || exit 0
fi

# Runs a step with its output in a log; on a signal the step is ended too, and what it left is not taken for built.
child=''
trap '[ -z "$child" ] || kill "$child" 2>/dev/null; wait; exit 130' INT TERM HUP
step() { # NAME COMMAND...
    name=$1 log=$tree/$1.log
    shift
    "$@" >"$log" 2>&1 &
    child=$!
    tail -q --pid="$child" -n +1 -f "$log" 2>/dev/null 9>&- | awk -v bug="$bug" '
        match($0, /^\[[0-9]*00\/[0-9]+\]/) { print "mysql (" bug "): compiling, " substr($0, 1, RLENGTH); fflush() }' 9>&- >&2 &
    if ! wait "$child"; then
        child=''
        tail -n 30 "$log" >&2
        fail "step '$name' of the server's build failed ($version, $bug); the end of its log is above, all of it is $log"
    fi
    child=''
}

copy_source() {
    rm -rf "$tree/source" "$tree/ninja"
    mkdir "$tree/source"
    tar -C "$upstream" --exclude=./storage/columnstore --exclude=./storage/rocksdb --exclude=./storage/mroonga -cf - . |
        tar -C "$tree/source" -xf - --no-same-owner
    patch -s -d "$tree/source" -p1 <"$here/patches/without-aria.patch"
    rm -rf "$tree/unpatched"
    # the files that the bugs are in, as they are without them
    sed -n 's,^+++ b/,,p' "$here"/patches/mysql-*.patch | while read -r file; do
        mkdir -p "$tree/unpatched/$(dirname "$file")"
        cp -p "$tree/source/$file" "$tree/unpatched/$file"
    done
}

configure() {
    flags="-O1 -g1 -fno-omit-frame-pointer -DDBUG_OFF -DNDEBUG"
    flags="$flags -ffile-prefix-map=$tree/source=/usr/src/mariadb -ffile-prefix-map=$tree/ninja=/usr/src/mariadb/build"
    # shellcheck disable=SC2046
    cmake -S "$tree/source" -B "$tree/ninja" -G Ninja -Wno-dev -DCMAKE_C_FLAGS="$flags" -DCMAKE_CXX_FLAGS="$flags" \
        $(cat "$here/cmake-options.txt")
}

# The files of the bugs get the content that this bug wants; those that have it already are not touched.
write_bug() {
    rm -rf "$tree/wanted"
    cp -rp "$tree/unpatched" "$tree/wanted"
    [ "$bug" = none ] || patch -s -d "$tree/wanted" -p1 <"$patch"
    (cd "$tree/wanted" && find . -type f) | while read -r file; do
        if ! cmp -s "$tree/wanted/$file" "$tree/source/$file"; then
            touch "$tree/wanted/$file"
            mv "$tree/wanted/$file" "$tree/source/$file"
        fi
    done
}

install_result() {
    mkdir -p "$out/bin" "$out/share/english"
    rm -f "$out/inputs"
    cp "$tree/ninja/sql/mariadbd" "$out/bin/mariadbd.new"
    mv "$out/bin/mariadbd.new" "$out/bin/mariadbd" # a server that runs keeps its own file
    cp "$tree/ninja/sql/share/english/errmsg.sys" "$out/share/english/"
    cp -r "$tree/source/sql/share/charsets" "$out/share/"
    echo "$inputs" >"$out/inputs.new"
    mv "$out/inputs.new" "$out/inputs"
}

started=$(date +%s)
if [ "$(cat "$tree/configured" 2>/dev/null)" != "$tree_inputs" ]; then
    rm -f "$tree/configured"
    echo "mysql ($bug): configuring $version; with the compilation it takes 10 to 20 minutes, once" >&2
    step copy copy_source
    step configure configure
    echo "$tree_inputs" >"$tree/configured"
fi
write_bug
step compile ninja -C "$tree/ninja" mariadbd GenError
install_result
echo "mysql ($bug): $out/bin/mariadbd ($(($(date +%s) - started)) s)" >&2
