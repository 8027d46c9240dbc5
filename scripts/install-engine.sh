#!/bin/sh
# Sees to it that containers can be run here: an engine that answers, and the image debian:bookworm-slim.
#
#   scripts/install-engine.sh
#
# Where no engine answers, Debian's docker.io is installed and dockerd is started, in the background and without systemd if
# that is not there (log: /var/log/dockerd.log). Where the image cannot be pulled, it is made with debootstrap from the
# machine's own Debian mirror: under the same name, so that all Dockerfiles are the ordinary ones. Does nothing, quickly,
# when all is there. Root, or sudo.
set -eu
image=debian:bookworm-slim

fail() {
    echo "install-engine: $*" >&2
    exit 1
}
as_root=''
[ "$(id -u)" = 0 ] || as_root='sudo -n'

answers() { docker version >/dev/null 2>&1; }

install_packages() {
    needs=$(mktemp)
    printf '%s\n' "$@" >"$needs"
    sh "$(dirname "$0")/install-prerequisites.sh" "$needs" || { rm -f "$needs"; exit 1; }
    rm -f "$needs"
}

start_engine() {
    if [ -d /run/systemd/system ]; then
        $as_root systemctl start docker
    else
        echo 'install-engine: starting dockerd; its log is /var/log/dockerd.log' >&2
        # shellcheck disable=SC2086
        $as_root setsid nohup sh -c 'exec dockerd >/var/log/dockerd.log 2>&1' </dev/null >/dev/null 2>&1 &
    fi
    for _ in $(seq 120); do
        ! answers || return 0
        sleep 0.5
    done
    tail -n 5 /var/log/dockerd.log >&2 || true
    fail 'dockerd does not answer after a minute; the end of its log is above'
}

make_image() {
    install_packages '/usr/sbin/debootstrap debootstrap'
    echo "install-engine: making $image with debootstrap, for it cannot be pulled" >&2
    # the archive that this machine uses itself; debootstrap's own where it cannot be told
    mirror=$(apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(COMPONENT)' 'Created-By: Packages' |
        sed -n 's/ Debian main$//p' | grep -v security | head -n 1) || mirror=''
    work=$(mktemp -d)
    # root's files, so that root removes them
    trap '$as_root rm -rf "$work"' EXIT
    trap 'exit 130' INT TERM HUP
    # shellcheck disable=SC2086
    if ! $as_root debootstrap --variant=minbase bookworm "$work/root" $mirror >"$work/log" 2>&1; then
        tail -n 5 "$work/log" >&2
        fail "debootstrap could not make $image; the end of its output is above"
    fi
    $as_root rm -rf "$work/root/var/cache/apt" "$work/root/var/lib/apt/lists" "$work/root/usr/share/doc" "$work/root/usr/share/man" \
        "$work/root/usr/share/locale"
    $as_root mkdir -p "$work/root/var/cache/apt/archives/partial" "$work/root/var/lib/apt/lists/partial"
    $as_root tar -C "$work/root" -c . | docker import --change 'CMD ["bash"]' - "$image" >/dev/null
}

if ! answers; then
    [ -x /usr/sbin/dockerd ] || [ -x /usr/bin/dockerd ] || install_packages '/usr/sbin/dockerd docker.io' '/usr/sbin/iptables iptables'
    start_engine
fi
if ! docker image inspect "$image" >/dev/null 2>&1 && ! docker pull --quiet "$image" >/dev/null 2>&1; then
    make_image
fi
echo "install-engine: docker $(docker version --format '{{.Server.Version}}') answers, and has $image" >&2
