#!/bin/sh
# Makes the image selfheal/NAME:BUG.
#
#   docker/base/image.sh [--compile] NAME BUG      NAME: bc, mutt, pine or mysql
#
# The program is the one in build/servers/NAME-BUG, which docker/NAME/build.sh has made: seconds. With --compile it is compiled
# in the image's own build stage by the same script, as an ordinary `docker build -f docker/NAME/Dockerfile` does: minutes,
# and no compiler is needed here. Both give the same binary where the compiler is the same.
set -eu
compile=''
[ "${1:-}" != --compile ] || { compile=1; shift; }
[ $# -eq 2 ] || { echo "usage: $0 [--compile] bc|mutt|pine|mysql BUG" >&2; exit 2; }
name=$1 bug=$2 image=selfheal/$1:$2
cd "$(dirname "$0")/../.."
[ -f "docker/$name/Dockerfile" ] || { echo "docker/base/image.sh: there is no docker/$name/Dockerfile" >&2; exit 2; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT TERM HUP
# build TAG DOCKERFILE "CONTEXT..." [OPTION]...: the context is an archive, so that it may lie behind links
build() {
    tag=$1 file=$2 context=$3
    shift 3
    # shellcheck disable=SC2086
    if ! tar -ch --exclude=lock $context | docker build --file "$file" --tag "$tag" "$@" - >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        echo "docker/base/image.sh: the image $tag could not be made; the end of the build's output is above" >&2
        exit 1
    fi
}

source="scripts docker/base docker/$name"
if [ -n "$compile" ]; then
    build "$image" "docker/$name/Dockerfile" "$source" --build-arg "BUG=${bug#"$name"-}"
else
    built=build/servers/$name-${bug#"$name"-}
    [ -e "$built/inputs" ] || { echo "docker/base/image.sh: $built is not built: docker/$name/build.sh --bug $bug" >&2; exit 1; }
    build "selfheal/$name:runtime" "docker/$name/Dockerfile" "$source" --target runtime
    build "$image" docker/base/local.Dockerfile "docker/base $built" \
        --build-arg "RUNTIME=selfheal/$name:runtime" --build-arg "NAME=$name" --build-arg "BUILT=$built"
fi
echo "$image: $(docker image inspect --format '{{.Size}}' "$image" | awk '{ printf "%d MB", $1 / 1000000 }')" >&2
