#!/bin/sh
# make adapters: restores, builds and tests each adapter where its packages are to be had, and says how far it came.
# Exit status 1 if what could be restored does not build, or a test fails.
set -eu
cd "$(dirname "$0")"
configuration=${1:-Release}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
image=${SELFHEAL_ADAPTER_IMAGE:-debian:bookworm-slim}

quietly() { "$@" > "$log" 2>&1; }
fail() {
    status=1
    tail -n 30 "$log" >&2
    echo "adapters: $*" >&2
}
missing() { sed -nE 's/.*Unable to find package ([A-Za-z0-9.]+)\. .*/\1/p' "$log" | sort -u | tr '\n' ' ' | sed 's/ $//'; }
has_engine() { quietly docker image inspect "$image"; }

run_tests() { # ADAPTER
    if [ "$1" = SelfHeal.Testcontainers ]; then
        if ! has_engine; then
            echo "adapters: $1 is built; its test was not run, for there is no container engine with the image $image here"
            return
        fi
        # an older engine than the client, and no second container that cleans up: it would be pulled from outside
        DOCKER_API_VERSION=$(docker version --format '{{.Server.APIVersion}}')
        export DOCKER_API_VERSION TESTCONTAINERS_RYUK_DISABLED=true
    fi
    if quietly dotnet "$1.Tests/bin/$configuration/net10.0/$1.Tests.dll"; then
        echo "adapters: $1 is built, and its tests pass"
    else
        fail "a test of $1 failed"
    fi
}

build() { # ADAPTER, whose packages are restored
    if quietly dotnet build "$1.Tests" -c "$configuration" --no-restore --nologo; then
        run_tests "$1"
    else
        fail "$1 does not build"
    fi
}

# Testcontainers is to be had in places where what it depends on is not: compile against it there, at least.
compile_only() { # PACKAGES THAT ARE MISSING
    if quietly dotnet build SelfHeal.Testcontainers -c "$configuration" -p:CompileOnly=true --nologo; then
        echo "adapters: SelfHeal.Testcontainers compiles against the real Testcontainers, and was not run: there is no package $1 here"
    elif [ -n "$(missing)" ]; then
        echo "adapters: SelfHeal.Testcontainers was neither compiled nor tested: there is no package $1 here"
    else
        fail "SelfHeal.Testcontainers does not compile against the real Testcontainers"
    fi
}

for adapter in SelfHeal.Testcontainers SelfHeal.Verify; do
    if quietly dotnet restore "$adapter.Tests"; then
        build "$adapter"
        continue
    fi
    without=$(missing)
    case "$adapter $without" in
    *' ') fail "$adapter cannot be restored" ;;
    SelfHeal.Testcontainers*) compile_only "$without" ;;
    *) echo "adapters: $adapter was neither compiled nor tested: there is no package $without here" ;;
    esac
done
exit $status
