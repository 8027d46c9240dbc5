#!/usr/bin/env bash
# docs/production.md, tried: scripts/selfheal-patched with a bc whose heap overflow is healed here first, and with redis.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
unset LD_PRELOAD SELFHEAL_RUN
work=$(mktemp -d "${TMPDIR:-/tmp}/selfheal-production.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
# shellcheck source=tests/checks.sh
. "$root/tests/checks.sh"
is() { [ "$2" = "$3" ] || printf '%s is %s, not %s\n' "$1" "$2" "$3"; }     # WHAT VALUE WANTED
has() { [[ $2 == *"$3"* ]] || printf '%s lacks "%s":\n%s\n' "$1" "$3" "$2"; } # WHAT TEXT PART

# as docs/production.md says: three files in one directory
lib=$work/lib
mkdir "$lib"
cp "$root/build/recorder/libselfheal.so" "$root/build/recorder/selfheal-launch" "$root/scripts/selfheal-patched" "$lib"
patched=$lib/selfheal-patched
cd "$work" || exit 1

# 92 scalars and 66 arrays make this bc write beyond a table, in the block to which it has grown last
bc=$root/build/servers/bc-more_arrays/bin/bc
{
    for i in $(seq 0 91); do echo "v$i=$i"; done
    for i in $(seq 0 65); do echo "a${i}[0]=$i"; done
    echo 'v91+a65[0]'
} > input
"$root/selfheal" record -o recorded -- "$bc" -q < input > /dev/null 2>&1
if ! "$root/selfheal" heal recorded -o bc.ep > healed 2>&1; then
    check "bc is healed" "$(tail -n 5 healed)"
    end
fi

output=$("$patched" start --run "$work/run" --patch bc.ep -- "$bc" -q < input 2>&1)
check "bc runs with the patch where it would be killed" "$(is status $? 0; is output "$output" 156)"
status=$("$patched" status --run "$work/run")
check "status counts how often the entry was used" "$(has status "$status" 'state     ended'; has status "$status" 'entry 1   used 3 times')"
check "nothing is recorded" "$(find run -type f ! -name control ! -name patch.ep)"

# shellcheck disable=SC2046
output=$(env $("$patched" prepare --run "$work/prepared" --patch bc.ep) "$bc" -q < input 2>&1)
check "the environment alone puts the patch in force" "$(is output "$output" 156; has status "$("$patched" status --run "$work/prepared")" 'entry 1   used 3 times')"

# talk LAST: bc, started without a patch, is given one, then does what LAST says before it gets the input that kills it
talk() {
    rm -rf live in out
    mkfifo in
    "$patched" start --run "$work/live" -- "$bc" -q < in > out 2> err &
    local pid=$!
    exec 7> in
    echo '6*7' >&7
    timeout 20 grep -q -m 1 42 <(tail --pid=$pid -n +1 -f out) || echo 'no answer before the reload' >> out
    "$patched" reload --run "$work/live" --patch bc.ep > /dev/null
    "$@"
    cat input >&7
    exec 7>&-
    wait $pid
    echo "exit $?" >> out
}
talk true
check "a running program takes a patch" "$(is output "$(tr '\n' ' ' < out)" '42 156 exit 0 '; has status "$("$patched" status --run "$work/live")" 'entry 1   used 2 times')"
talk "$patched" reload --run "$work/live" > /dev/null
check "a running program is freed of its patch" "$(is output "$(tr '\n' ' ' < out)" '42 exit 134 '; has status "$("$patched" status --run "$work/live")" 'fatal signal')"

sed -E 's/^(module bc )..../\1ffff/' bc.ep > other.ep
output=$(echo '6*7' | "$patched" start --run "$work/other" --patch other.ep -- "$bc" -q 2>&1)
check "with a patch for another build the program runs plain and says so" "$(has output "$output" 'heal it again'; has output "$output" 'runs plain'; has output "$output" 42; has status "$("$patched" status --run "$work/other")" 'runs without the patch')"
echo nonsense > damaged.ep
output=$(echo '6*7' | "$patched" start --run "$work/damaged" --patch damaged.ep -- "$bc" -q 2>&1)
check "with a damaged patch the program runs plain and says so" "$(has output "$output" 'patch.ep line 1'; has output "$output" 42)"
mv "$lib/libselfheal.so" "$lib/away"
output=$("$patched" start --run "$work/missing" -- "$bc" -q < input 2>&1)
check "without the recorder nothing is started" "$(is status $? 125; has output "$output" 'libselfheal.so is missing')"
mv "$lib/away" "$lib/libselfheal.so"

cat > layout.c << 'END'
#include "recorder_abi.h"
#include <stddef.h>
#include <stdio.h>
#define AT(name, member) printf("at_%s=%zu\n", name, offsetof(struct sh_control, member))
int main(void) {
    printf("abi_version=%u\nsize=%u\n", SH_ABI_VERSION, SH_CONTROL_SIZE);
    AT("generation", patch_generation), AT("seen", patch_seen), AT("entries", patch_entries), AT("refused", patch_refused);
    AT("text", patch_text), AT("hits", hits), AT("status", status), AT("pid", pid), AT("status_text", status_text);
    return 0;
}
END
gcc -I "$root/src/Recorder" -o layout layout.c || exit 1
check "selfheal-patched knows the recorder's control page" "$(diff <(./layout) <(sed -nE '/^abi_version=/,/^$/p' "$patched" | tr ' ' '\n' | grep .))"

# the drop-in, on a unit like Debian's; paths of this machine in place of those of the document
mkdir -p units/redis-server.service.d
printf '[Unit]\nDescription=redis\n[Service]\nType=notify\nExecStart=/usr/bin/redis-server\n' > units/redis-server.service
awk '/^```ini/ { p = 1; next } /^```/ { p = 0 } p' "$root/docs/production.md" | sed "s,/usr/local/lib/selfheal,$lib,g; s,/run/selfheal-redis,$work/redis,; s,/etc/selfheal/redis-server.ep,$work/empty.ep," > units/redis-server.service.d/selfheal.conf
check "systemd takes the drop-in" "$(SYSTEMD_UNIT_PATH=$work/units: systemd-analyze verify "$work/units/redis-server.service" 2>&1 | grep -i -E 'selfheal|redis')"
echo 'selfheal-patch 1' > empty.ep
command=$(sed -nE 's/^ExecStart=(.+)$/\1/p' units/redis-server.service.d/selfheal.conf | sed "s,/etc/redis/redis.conf,--port 0 --unixsocket $work/socket --save '',")
eval "exec $command" > redis.out 2>&1 &
redis=$!
timeout 20 grep -qi -m 1 'ready to accept' <(tail --pid=$redis -n +1 -f redis.out)
check "its command serves" "$([ $? = 0 ] || tail -n 3 redis.out; is answer "$(redis-cli -s "$work/socket" ping 2>&1)" PONG; has status "$("$patched" status --run "$work/redis")" "running, process $redis")"
kill "$redis"
wait "$redis"
check "and ends as redis does" "$(is status $? 0)"
end
