#!/bin/sh
# Makes the image selfheal/NAME:BUG.
#
#   docker/base/image.sh [--compile] NAME BUG      NAME: bc, mutt, pine or mysql
#
# The program is the one in build/servers/NAME-BUG, which docker/NAME/build.sh has made: seconds. With --compile it is compiled
# in the image's own build stage by the same script, as an ordinary `docker build -f docker/NAME/Dockerfile` does: minutes,
# and no compiler is needed here. Both give the same binary where the compiler is the same.
set -eu
target=local
[ "${1:-}" != --compile ] || { target=''; shift; }
[ $# -eq 2 ] || { echo "usage: $0 [--compile] bc|mutt|pine|mysql BUG" >&2; exit 2; }
name=$1 bug=$2
cd "$(dirname "$0")/../.."
built=build/servers/$name-${bug#"$name"-}
context='scripts docker/base docker/'$name
if [ -n "$target" ]; then
    [ -e "$built/inputs" ] || { echo "docker/base/image.sh: $built is not built: docker/$name/build.sh --bug $bug" >&2; exit 1; }
    context="$context $built"
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT TERM HUP
# shellcheck disable=SC2086
if ! tar -ch $context | docker build --file "docker/$name/Dockerfile" ${target:+--target "$target"} --build-arg "BUG=${bug#"$name"-}" \
    --tag "selfheal/$name:$bug" - >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "docker/base/image.sh: the image selfheal/$name:$bug could not be made; the end of the build's output is above" >&2
    exit 1
fi
echo "selfheal/$name:$bug: $(docker image inspect --format '{{.Size}}' "selfheal/$name:$bug" | awk '{ printf "%d MB", $1 / 1000000 }')" >&2
