#!/bin/sh
# Makes a directory with programs of another Debian release, to chroot into, and prints its path. No maintainer script
# runs: packages are fetched by apt with lists of its own, checked against the signed index, and unpacked.
#
#   scripts/debian-root.sh SUITE PACKAGE...        (bullseye, trixie, ...; with all that the packages depend on)
#
# Roots stay in .cache/roots/, named by suite and packages; delete one to have it made again, with newer packages.
set -eu

fail() {
    echo "debian-root: $*" >&2
    exit 1
}

[ $# -ge 2 ] || fail "usage: scripts/debian-root.sh SUITE PACKAGE..."
suite=$1
shift
root=$(cd "$(dirname "$0")/.." && pwd)
roots=$root/.cache/roots
name=$suite-$(printf '%s\n' "$@" | sort | sha256sum | cut -c 1-12)
target=$roots/$name
mkdir -p "$roots"
exec 9> "$roots/.lock"
flock 9
if [ -e "$target/.complete" ]; then
    echo "$target"
    exit 0
fi

command -v apt-get > /dev/null || fail "apt-get is missing: a root can be made on Debian and its relatives only"
mirror=$(apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(COMPONENT)' 'Created-By: Packages' |
    sed -n 's/ Debian main$//p' | grep -v security | head -n 1)
[ -n "$mirror" ] || fail "no Debian archive is configured in /etc/apt: packages of $suite come from there"

apt=$roots/.apt-$suite
mkdir -p "$apt/lists.d" "$apt/lists/partial" "$apt/cache/archives/partial"
echo "deb $mirror $suite main" > "$apt/lists.d/debian.list"
apt() { # with an empty list of installed packages
    apt-get -q -y -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$apt/lists.d" -o Dir::State="$apt" \
        -o Dir::State::lists="$apt/lists" -o Dir::State::status=/dev/null -o Dir::Cache="$apt/cache" \
        -o APT::Sandbox::User="$(id -un)" -o Acquire::Languages=none -o Acquire::Retries=3 "$@"
}
rm -f "$apt/cache/archives/"*.deb
if ! { apt update && apt install --no-install-recommends --download-only "$@"; } > "$roots/$name.log" 2>&1; then
    tail -n 5 "$roots/$name.log" >&2
    fail "packages of $suite cannot be fetched from the Debian archive that this machine uses; the whole log is $roots/$name.log"
fi

rm -rf "$target.new" "$target"
mkdir -p "$target.new/usr/bin" "$target.new/usr/sbin" "$target.new/usr/lib" "$target.new/usr/lib64" \
    "$target.new/proc" "$target.new/dev" "$target.new/tmp"
for directory in bin sbin lib lib64; do ln -s "usr/$directory" "$target.new/$directory"; done
for package in "$apt/cache/archives/"*.deb; do
    dpkg-deb --fsys-tarfile "$package" | tar -x -C "$target.new" --keep-directory-symlink --no-same-owner
done
rm -f "$apt/cache/archives/"*.deb
chmod 1777 "$target.new/tmp"
touch "$target.new/.complete"
mv "$target.new" "$target"
echo "$target"
