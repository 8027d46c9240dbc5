#!/bin/sh
# Builds alpine, which pine is called today, from Debian's source package, with one of the paper's bugs brought back.
#
#   build.sh --bug pine-1|pine-2|none [--out DIR]
#
# DIR (build/servers/pine-1, pine-2 or pine-none, by default) gets bin/alpine. How: docker/base/configured-tree.sh.
set -eu
server=pine
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../base/configured-tree.sh"

# Without --without-pthread each busy cue starts a thread. The two stamps would differ in each build.
configure_tree() {
    (cd "$work/tree" && ./configure --without-pthread --without-ssl --without-ldap --without-krb5 --without-tcl --disable-nls \
        --without-interactive-spellcheck --with-date-stamp=none --with-host-stamp=none CFLAGS='-g -O2')
}

server_arguments "pine-1 pine-2" "$@"
server_build alpine alpine/alpine
