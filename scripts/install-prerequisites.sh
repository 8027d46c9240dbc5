#!/bin/sh
# Installs what building and testing SelfHeal needs beside the .NET SDK. Does nothing, quickly, when all is
# there. On Debian and its relatives only; elsewhere it says what is missing.
#
#   scripts/install-prerequisites.sh [--check] [LIST]     --check: only say what is missing (exit 1)
#
# LIST is a file of needs in place of the common ones, one "command-or-header package" a line.
set -eu

# what must be there (a command, or a header's path) and the Debian package that brings it
needs='
gcc gcc
g++ g++
make make
cmake cmake
/usr/include/stdio.h libc6-dev
/usr/include/Zycore/Types.h libzycore-dev
patch patch
ed ed
bison bison
flex flex
makeinfo texinfo
musl-gcc musl-tools
dpkg-source dpkg-dev
valgrind valgrind
strace strace
ltrace ltrace
bc bc
dc dc
gawk gawk
perl perl
python3 python3
sqlite3 sqlite3
gzip gzip
xz xz-utils
pigz pigz
redis-server redis-server
redis-benchmark redis-tools
memcached memcached
tar tar
jq jq
curl curl
bash bash
setpriv util-linux
/usr/include/ncurses.h libncurses-dev
/usr/sbin/dovecot dovecot-imapd
/usr/lib/dovecot/imap dovecot-imapd
vim vim
git git
ssh-keygen openssh-client
nc netcat-openbsd
socat socat
readelf binutils
chromium chromium
/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf fonts-dejavu-core
unzip unzip
systemd-analyze systemd
redis-cli redis-tools
/etc/ssl/certs/ca-certificates.crt ca-certificates
'
check=''
for argument in "$@"; do
    case $argument in
    --check) check=1 ;;
    *) needs=$(cat "$argument") ;;
    esac
done

missing=''
while read -r need package; do
    [ -n "$need" ] || continue
    case $need in
    /*) [ -e "$need" ] && continue ;;
    *) command -v "$need" > /dev/null 2>&1 && continue ;;
    esac
    case " $missing " in
    *" $package "*) ;;
    *) missing="$missing $package" ;;
    esac
done << END
$needs
END

[ -n "$missing" ] || exit 0
if [ -n "$check" ]; then
    echo "install-prerequisites: missing:$missing" >&2
    exit 1
fi
if ! command -v apt-get > /dev/null 2>&1; then
    echo "install-prerequisites: this is not a Debian system; please install the equivalents of:$missing" >&2
    exit 1
fi

as_root=''
if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo > /dev/null 2>&1; then
        echo "install-prerequisites: not root and no sudo; please install:$missing" >&2
        exit 1
    fi
    as_root='sudo -n'
fi
echo "install-prerequisites: installing$missing"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
# the servers among them are for tests that start their own: none shall run as a service
services=/usr/sbin/policy-rc.d
if [ -e "$services" ]; then
    trap 'rm -f "$log"' EXIT
else
    trap 'rm -f "$log"; $as_root rm -f "$services"' EXIT
    printf '#!/bin/sh\nexit 101\n' | $as_root tee "$services" > /dev/null
    $as_root chmod 755 "$services"
fi
attempt=1
until {
    # shellcheck disable=SC2086
    $as_root apt-get -q -o Acquire::Retries=3 update &&
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Acquire::Retries=3 \
            -o DPkg::Lock::Timeout=300 install --no-install-recommends $missing
} > "$log" 2>&1; do
    if [ "$attempt" -ge 3 ]; then
        tail -n 10 "$log" >&2
        echo "install-prerequisites: could not install$missing; the end of apt's output is above" >&2
        exit 1
    fi
    sleep "$attempt"
    attempt=$((attempt + 1))
done
