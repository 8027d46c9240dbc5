#!/bin/sh
# Runs a server that build.sh has made, in the foreground, on an empty database that is made for it.
#
#   serve.sh SERVER DIR            SERVER: build/servers/mysql-BUG; DIR gets data/, binlog/, tmp/ and socket
#   serve.sh --print SERVER DIR    makes DIR, and prints the command instead, for `selfheal record -- $(...)`
#   serve.sh --listen SERVER DIR   and listens at port 3306, too: what the image runs by itself
#
# The arguments are in server-options.txt, where the C# tests take them from too. SIGTERM ends the server.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
print='' more=''
case ${1:-} in
    --print) print=1; shift ;;
    --listen) more='--skip-networking=0 --port=3306 --skip-name-resolve'; shift ;;
esac
[ $# -eq 2 ] || { echo "usage: $0 [--print | --listen] SERVER DIR" >&2; exit 2; }
[ -x "$1/bin/mariadbd" ] || { echo "docker/mysql/serve.sh: $1 has no server; docker/mysql/build.sh builds them" >&2; exit 1; }
[ ! -e "$2/data" ] || { echo "docker/mysql/serve.sh: $2/data exists already; every run wants a new directory" >&2; exit 1; }

server=$(cd "$1" && pwd)
mkdir -p "$2/data/mysql" "$2/data/test" "$2/binlog" "$2/tmp"
directory=$(cd "$2" && pwd)
case $server$directory in
    *[!A-Za-z0-9/._+-]*) echo "docker/mysql/serve.sh: only letters, digits and /._+- may be in the paths $server and $directory" >&2; exit 1 ;;
esac
arguments="$(sed "s,SERVER,$server,; s,DATA,$directory," "$here/server-options.txt") $more"
if [ -n "$print" ]; then
    echo "$server/bin/mariadbd" $arguments
else
    exec "$server/bin/mariadbd" $arguments
fi
