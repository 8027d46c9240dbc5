#!/bin/sh
# make adapters: restores, builds and tests each adapter where its packages are to be had, and says how far it came.
# Exit status 1 if what could be restored does not build, or a test fails.
set -eu
cd "$(dirname "$0")"
configuration=${1:-Release}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0

quietly() { "$@" > "$log" 2>&1; }
fail() {
    status=1
    tail -n 30 "$log" >&2
    echo "adapters: $*" >&2
}
missing() { sed -nE 's/.*Unable to find package ([A-Za-z0-9.]+).*/\1/p' "$log" | sort -u | tr '\n' ' ' | sed 's/ $//'; }

for adapter in SelfHeal.Testcontainers SelfHeal.Verify; do
    if quietly dotnet restore "$adapter.Tests"; then
        if ! quietly dotnet build "$adapter.Tests" -c "$configuration" --no-restore --nologo; then
            fail "$adapter does not build"
        elif ! quietly dotnet "$adapter.Tests/bin/$configuration/net10.0/$adapter.Tests.dll"; then
            fail "a test of $adapter failed"
        else
            echo "adapters: $adapter is built and its tests pass"
        fi
        continue
    fi
    without=$(missing)
    if [ -z "$without" ]; then
        fail "$adapter cannot be restored"
    elif [ "$adapter" = SelfHeal.Testcontainers ] && quietly dotnet build "$adapter" -c "$configuration" -p:CompileOnly=true --nologo; then
        echo "adapters: $adapter compiles against the real Testcontainers, and was not run: there is no package $without here"
    elif [ "$adapter" = SelfHeal.Testcontainers ] && [ -z "$(missing)" ]; then
        fail "$adapter does not compile against the real Testcontainers"
    else
        echo "adapters: $adapter was neither compiled nor tested: there is no package $without here"
    fi
done
exit $status
