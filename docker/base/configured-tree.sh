# shellcheck shell=sh
# A server that is built with configure and make, with one of the paper's bugs brought back. docker/mutt/build.sh and
# docker/pine/build.sh say what is built and source this file:
#
#   server_arguments BUGS "$@"      reads --bug NAME|none [--out DIR] into $bug, $patch, $out
#   server_build SOURCE BINARY      SOURCE: Debian's source package; BINARY: the program in the built tree
#
# The caller sets $server (the directory's name: mutt), $here, and the function configure_tree, which runs in the
# tree. DIR/bin gets the program, and DIR/inputs says what it was made from: a second call with the same inputs does
# nothing. One configured tree is kept in .cache/$server/: the next bug recompiles one file. The same inputs give the
# same binary and so the same build-id: debug paths are mapped to /usr/src/$server.
#
# It may be interrupted or killed at any time: what is not complete is not taken for built.

fail() {
    echo "docker/$server/build.sh: $*" >&2
    exit 1
}

server_arguments() { # BUGS ARG...
    bugs=$1
    shift
    bug='' out=''
    usage="usage: $0 --bug $(echo "$bugs none" | tr ' ' '|') [--out DIR]"
    while [ $# -gt 0 ]; do
        [ $# -ge 2 ] || { echo "$usage" >&2; exit 2; }
        case $1 in
            --bug) bug=$2 ;;
            --out) out=$2 ;;
            *) echo "$usage" >&2; exit 2 ;;
        esac
        shift 2
    done
    case " $bugs none " in *" ${bug:-?} "*) ;; *) echo "$usage" >&2; exit 2 ;; esac
    patch=$here/patches/$bug.patch
    [ "$bug" != none ] || patch=/dev/null
    root=$(cd "$here/../.." && pwd)
    [ -n "$out" ] || out=$root/build/servers/$server-${bug#"$server"-}
    case $out in /*) ;; *) out=$PWD/$out ;; esac
}

hash() { sha256sum | cut -d ' ' -f 1; }

# Runs a step with its output in a log; on a signal the step is ended too.
child=''
step() { # NAME COMMAND...
    step_log=$work/$1.log
    step_name=$1
    shift
    "$@" >"$step_log" 2>&1 9>&- &
    child=$!
    if ! wait "$child"; then
        child=''
        tail -n 30 "$step_log" >&2
        fail "step '$step_name' of the build failed ($version, $bug); the end of its log is above, all of it is $step_log"
    fi
    child=''
}

# The source, and the files that the bugs are in as they are without them.
copy_source() {
    rm -rf "$work/tree" "$work/unpatched"
    cp -rp "$upstream" "$work/tree" # with their times, or make wants autoconf
    cat "$here"/patches/*.patch | sed -n 's,^+++ b/,,p' | while read -r file; do
        mkdir -p "$work/unpatched/$(dirname "$file")"
        cp -p "$work/tree/$file" "$work/unpatched/$file"
    done
}

# The files of the bugs get the content that this bug wants; those that have it already are not touched.
write_bug() {
    rm -rf "$work/wanted"
    cp -rp "$work/unpatched" "$work/wanted"
    [ "$bug" = none ] || patch -s -d "$work/wanted" -p1 <"$patch" || fail "$patch does not fit $version"
    (cd "$work/wanted" && find . -type f) | while read -r file; do
        if ! cmp -s "$work/wanted/$file" "$work/tree/$file"; then
            touch "$work/wanted/$file"
            mv "$work/wanted/$file" "$work/tree/$file"
        fi
    done
}

compile() {
    export SOURCE_DATE_EPOCH=0
    # a compiler of one word, as alpine's library wants it
    printf '#!/bin/sh\nexec %s -ffile-prefix-map=%s=/usr/src/%s "$@"\n' "${CC:-cc}" "$work/tree" "$server" >"$work/cc"
    chmod +x "$work/cc"
    make -C "$work/tree" -j "$(nproc)" CC="$work/cc"
}

is_built() { [ -x "$out/bin/$program" ] && [ "$(cat "$out/inputs" 2>/dev/null)" = "$inputs" ]; }

install_result() { # BINARY
    mkdir -p "$out/bin"
    rm -f "$out/inputs"
    cp "$work/tree/$1" "$out/bin/$program.new"
    mv "$out/bin/$program.new" "$out/bin/$program" # a program that runs keeps its own file
    echo "$inputs" >"$out/inputs.new"
    mv "$out/inputs.new" "$out/inputs"
}

server_build() { # SOURCE BINARY
    work=$root/.cache/$server upstream=$root/.cache/sources/$1 program=$(basename "$2")
    sh "$root/scripts/install-prerequisites.sh" "$root/docker/base/prerequisites.txt"
    "$root/scripts/fetch-source.sh" "$1" >&2
    version=$(cat "$upstream/.complete") # the tarball's name; apt has checked its content
    tree_inputs=$( (echo "$version"; ${CC:-cc} --version | head -n 1; cat "$here/build.sh" "$root/docker/base/configured-tree.sh") | hash)
    inputs=$( (echo "$tree_inputs"; cat "$patch") | hash)
    ! is_built || exit 0

    mkdir -p "$work"
    exec 9>"$work/lock"
    if ! flock -n 9; then
        echo "$server ($bug): waiting for another build in $work" >&2
        flock 9
        ! is_built || exit 0
    fi
    trap '[ -z "$child" ] || kill "$child" 2>/dev/null; wait; exit 130' INT TERM HUP
    started=$(date +%s)
    if [ "$(cat "$work/configured" 2>/dev/null)" != "$tree_inputs" ]; then
        rm -f "$work/configured"
        echo "$server ($bug): configuring $version; with the compilation it takes one to three minutes, once" >&2
        copy_source
        step configure configure_tree
        echo "$tree_inputs" >"$work/configured"
    fi
    write_bug
    echo "$server ($bug): compiling" >&2
    step compile compile
    install_result "$2"
    echo "$server ($bug): $out/bin/$program ($(($(date +%s) - started)) s)" >&2
}
