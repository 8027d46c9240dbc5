#!/bin/sh
# Builds mutt from Debian's source package, with the paper's bug brought back.
#
#   build.sh --bug mutt-1|none [--out DIR]
#
# DIR (build/servers/mutt-1 or mutt-none, by default) gets bin/mutt. How: docker/base/configured-tree.sh.
set -eu
server=mutt
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../base/configured-tree.sh"

configure_tree() {
    (cd "$work/tree" && ./configure --enable-imap --without-ssl --disable-nls --without-idn --without-idn2 --disable-doc CFLAGS='-g -O2')
}

server_arguments "mutt-1" "$@"
server_build mutt mutt
