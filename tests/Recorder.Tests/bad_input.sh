#!/usr/bin/env bash
# What goes wrong outside: damaged files, full disks, kills, refusals: bad_input.sh [-k] [PATTERN]...
#
# Each function test_NAME below is a test. It runs in a fresh directory ($work) and fails by calling fail, same
# or contains, or by an exit status. -k keeps the directories of those that failed.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
tools=${SELFHEAL_TOOLS:-$root/build/recorder}
unset LD_PRELOAD SELFHEAL_RUN SELFHEAL_TOOLS
export LC_ALL=C TZ=UTC PATH=/usr/local/bin:/usr/bin:/bin
keep=''
[ "${1:-}" != -k ] || { keep=1; shift; }
patterns=("$@")
top=$(mktemp -d "${TMPDIR:-/tmp}/selfheal-bad.XXXXXX")
chmod 755 "$top"
export XDG_CACHE_HOME=$top/cache
trap '[ -n "$keep" ] || rm -rf "$top"' EXIT
gcc -std=gnu17 -O1 -g -Wall -Wextra -Wno-format-truncation -o "$top/sh-run" "$here/sh-run.c" || exit 1

fail() { echo "$*"; exit 1; }
same() { [ "$1" = "$2" ] || fail "got: $1
expected: $2"; }
contains() { case $1 in *"$2"*) ;; *) fail "no '$2' in: $1" ;; esac; }
value() { sed -n "s/^$1 //p" "$work/report"; }
# run WHAT ARGUMENT...: sh-run WHAT; then $code, $work/out, $work/err, $work/report
run() {
    code=0
    timeout -k 1 30 env -u _ "$top/sh-run" "$@" > "$work/out" 2> "$work/err" || code=$?
    [ "$code" != 124 ] || [ "$(value status)" = DIVERGED ] || fail "sh-run $*: takes too long"
}
record() { run record "$work/run" --tools "$tools" --report "$work/report" "$@"; }
replay() { rm -rf "$work/replay"; run replay "$work/run" "$work/replay" --refuse --tools "$tools" --report "$work/report" "$@"; }
segment=run/events/000000.seg
put() { printf "$2" | dd of="$work/$segment" bs=1 seek="$1" conv=notrunc 2> /dev/null; } # OFFSET BYTES

# ---------------------------------------------------------------- killed in the middle
# killed NAME MARKER PROGRAM...: its first line is its pid; it is killed as soon as it has printed MARKER.
killed() {
    local marker=$1 line pid='' extra
    shift
    mkfifo "$work/pipe"
    timeout -k 1 30 env -u _ "$top/sh-run" record "$work/run" --tools "$tools" --report "$work/report" -- "$@" < /dev/null > "$work/pipe" 2> "$work/err" &
    {
        while IFS= read -r line; do
            printf '%s\n' "$line"
            [ -n "$pid" ] || pid=$line
            [ "$line" != "$marker" ] || kill -KILL "$pid"
        done
        printf '%s' "$line" # what came of the last line
    } < "$work/pipe" > "$work/recorded"
    wait $!
    same "$?" 137
    same "$(value status)" RUNNING
    grep -qxF -- "$marker" "$work/recorded" || fail "it did not come to $marker: $(tail -n 2 "$work/recorded") $(cat "$work/err")"
    replay -- "$@"
    same "$(value status)" LOG_END
    contains "$(value status_text)" "the log ends after event"
    same "$code" 123
    # One output may be in one of the two only: it had begun, and was not logged, when the signal came.
    local replayed recorded
    replayed=$(stat -c %s "$work/out") recorded=$(stat -c %s "$work/recorded")
    cmp -s -n $((replayed < recorded ? replayed : recorded)) "$work/out" "$work/recorded" || fail "the replay prints something else"
    extra=$(($(wc -l < "$work/recorded") - $(wc -l < "$work/out")))
    [ "$extra" -ge -1 ] && [ "$extra" -le 1 ] || fail "the replay has $extra lines less than the recorded run"
}
test_killed_python3() { killed 'line 50' python3 -uc 'import os, random
print(os.getpid())
for i in range(10**9): print("line", i); random.random()'; }
test_killed_perl() { killed 'line 77' perl -e '$| = 1; print "$$\n"; for ($i = 0;; $i++) { print "line $i\n"; $t = time }'; }
test_killed_bash() { killed 'line 30' bash -c 'echo $$; for ((i = 0; ; i++)); do echo "line $i"; x=$RANDOM; done'; }
test_killed_gawk() { killed 'line 40' gawk 'BEGIN { print PROCINFO["pid"]; for (;;) { print "line", i++; fflush(); srand() } }'; }
test_killed_in_a_loop_without_events() { killed 'now' python3 -uc 'import os
print(os.getpid()); print("now")
while True: pass'; }
test_killed_after_exec() { killed 'line 9' sh -c 'echo $$; exec perl -e "\$| = 1; for (\$i = 0;; \$i++) { print qq(line \$i\n) }"'; }
test_killed_with_children() { killed 'line 5' bash -c 'echo $$; for ((i = 0; ; i++)); do x=$(echo child); echo "line $i"; done'; }
test_killed_threads() { killed 'line 40' python3 -uc 'import itertools, os, threading
print(os.getpid())
numbers, lock = itertools.count(), threading.Lock()
def work():
    while True:
        with lock: os.write(1, b"line %d\n" % next(numbers))
for i in range(3): threading.Thread(target=work).start()'; }
test_killed_large_log() { # more than one segment
    head -c 1000000 /dev/zero | tr '\0' x > "$work/big"
    killed 'line 9' perl -e '$| = 1; print "$$\n"; for ($i = 0;; $i++) { open F, "<", $ARGV[0]; read F, $x, 1 << 20; print "line $i\n" }' "$work/big"
    [ -e "$work/run/events/000001.seg" ] || fail "the log has only one segment"
}

# ---------------------------------------------------------------- damaged logs
refused() { # TEXT
    replay -- bc -q /dev/null
    same "$code" 125
    same "$(value status)" REFUSED
    contains "$(cat "$work/err")" "$1"
    same "$(wc -l < "$work/err")" 1
}
recorded_bc() { record -- bc -q /dev/null; same "$code" 0; }
test_segment_empty() { recorded_bc; : > "$work/$segment"; refused "000000.seg is damaged: empty"; }
test_segment_missing() { recorded_bc; rm "$work/$segment"; refused "holds no event log"; }
test_segment_only_a_header() { recorded_bc; truncate -s 40 "$work/$segment"; refused "shorter than its header"; }
test_segment_truncated() { recorded_bc; truncate -s -10 "$work/$segment"; refused "truncated"; }
test_segment_flipped() { recorded_bc; put 300 '\377\377\377'; refused "its checksum does not match"; }
test_segment_foreign() { recorded_bc; put 0 'hello'; refused "no event segment"; }
test_segment_other_version() { recorded_bc; put 8 '\011'; refused "another version"; }
test_segment_of_another_place() { recorded_bc; put 12 '\002'; refused "another place"; }
test_segment_is_a_directory() { recorded_bc; rm "$work/$segment"; mkdir "$work/$segment"; refused "record the run again"; }
test_segment_is_unreadable_noise() { recorded_bc; head -c 4096 /dev/urandom > "$work/$segment"; refused "no event segment"; }
test_second_segment_missing() {
    head -c 3000000 /dev/zero > "$work/big"
    record -- sha256sum "$work/big"
    cp "$work/out" "$work/recorded"
    rm "$work"/run/events/00000[1-9].seg
    replay -- sha256sum "$work/big"
    same "$(value status)" LOG_END
}
test_second_segment_damaged() {
    head -c 3000000 /dev/zero > "$work/big"
    record -- sha256sum "$work/big"
    segment=run/events/000001.seg
    put 500 '\111\111'
    replay -- sha256sum "$work/big"
    same "$(value status)" DIVERGED
    contains "$(value divergence_text)" "000001.seg is damaged: its checksum does not match"
}
test_other_program() { recorded_bc; replay -- dc -e '1p'; same "$(value status)" DIVERGED; }
test_damaged_logs() {
    local case programs=()
    for case in net_datagrams net_pass_descriptor net_client file_vectors file_copying file_directory_order poll_select \
        poll_epoll signal_child signal_alarm_in_syscalls process_spawn memory_map_file time_of_day terminal_settings; do
        gcc -std=gnu17 -O1 -g -w -o "$work/$case" "$here/cases/$case.c"
        programs+=("$work/$case")
    done
    mkdir "$work/logs"
    python3 "$here/damaged_logs.py" "$top/sh-run" "$tools" "$work/logs" "${DAMAGED_LOGS:-150}" "${programs[@]}" > "$work/findings"
    [ "$(grep -vc '^#' "$work/findings")" = 0 ] || fail "$(head -n 20 "$work/findings")"
    grep -q '^# [1-9].* damaged logs' "$work/findings" || fail "it tested nothing"
}

# ---------------------------------------------------------------- damaged control page
plain() { # a program runs all the same, and one sentence says why it is not recorded
    code=0
    "$tools/selfheal-launch" --run "$work/run" --lib "$tools/libselfheal.so" -- echo hello > "$work/out" 2> "$work/err" || code=$?
    same "$code" 0
    same "$(cat "$work/out")" hello
    contains "$(cat "$work/err")" "cannot record: the control page cannot be used"
    same "$(wc -l < "$work/err")" 1
    same "$(ls "$work/run/events")" ''
}
test_control_missing() {
    mkdir -p "$work/run/events"
    "$tools/selfheal-launch" --run "$work/run" --lib "$tools/libselfheal.so" -- echo hello > "$work/out" 2> "$work/err" && code=0 || code=$?
    if [ "$code" = 0 ]; then plain; else same "$code" 125; fi
}
test_control_empty() { mkdir -p "$work/run/events"; : > "$work/run/control"; plain; }
test_control_short() { mkdir -p "$work/run/events"; head -c 1000 /dev/zero > "$work/run/control"; plain; }
test_control_noise() { mkdir -p "$work/run/events"; head -c 65536 /dev/urandom > "$work/run/control"; plain; }

# ---------------------------------------------------------------- patches
patched() { # TEXT PATCH
    printf '%b' "$2" > "$work/patch.ep"
    record --refuse --patch "$work/patch.ep" -- bc -q /dev/null
    contains "$(value patch_text) $(cat "$work/err")" "$1"
    same "$(value patch_refused)" 1
    same "$code" 125
}
test_patch_unknown_action() { patched "action" 'selfheal-patch 1\nmodule bc 00112233\n<bc+0x1> : Drop Table 3\n'; }
test_patch_duplicate_entries() { patched "4" 'selfheal-patch 1\nmodule bc 00112233\n<bc+0x1> : Pad Allocation 3\n<bc+0x1> : Pad Allocation 4\n'; }
test_patch_overlapping_entries() { patched "4" 'selfheal-patch 1\nmodule bc 00112233\n<bc+0x1> : Pad Allocation 3\n<bc+0x1 bc+0x2> : Pad Allocation 4\n'; }
test_patch_hold_for_no_place() { patched "1 to 1000000" 'selfheal-patch 1\nmodule bc 00112233\n<bc+0x1> : Hold Schedule 0\n'; }
test_patch_hold_too_long() { patched "1 to 1000000" 'selfheal-patch 1\nmodule bc 00112233\n<bc+0x1> : Hold Schedule 1000001\n'; }
test_patch_duplicate_holds() { patched "4" 'selfheal-patch 1\nmodule bc 00112233\n<bc+0x1> : Hold Schedule 3\n<bc+0x1> : Hold Schedule 4\n'; }
test_patch_pad_and_hold_of_one_key() { # are no duplicates
    printf 'selfheal-patch 1\nmodule none 00112233\n<none+0x1> : Hold Schedule 3\n<none+0x1> : Pad Allocation 3\n' > "$work/patch.ep"
    record --refuse --patch "$work/patch.ep" -- bc -q /dev/null
    same "$(value patch_refused) $(value patch_entries)" "0 2"
}
test_patch_empty() { patched "patch.ep" ''; }
test_patch_noise() { patched "patch.ep" '\001\002\377\376hello\n'; }
test_patch_other_build() { patched "heal it again" 'selfheal-patch 1\nmodule bc 0011223344\n<bc+0x1> : Pad Allocation 3\n'; }

# ---------------------------------------------------------------- programs that cannot be recorded
not_started() { # CODE TEXT PROGRAM
    record -- "$3"
    same "$code" "$1"
    contains "$(cat "$work/err")" "$2"
    same "$(value status)" NEW
    same "$(ls "$work/run/events" | grep -v '^000000.seg$')" ''
}
compiled() { echo 'int main(void) { return 0; }' | gcc -x c "$@" -o "$work/program" -; }
test_program_missing() { not_started 127 "nonexistent" "$work/nonexistent"; }
test_program_static() { compiled -static; not_started 126 "statically linked" "$work/program"; }
test_program_setuid() { compiled; chmod u+s "$work/program"; not_started 126 "setuid" "$work/program"; }
test_program_no_permission() { compiled; chmod 644 "$work/program"; not_started 126 "ermission" "$work/program"; }
test_program_is_a_directory() { mkdir "$work/program"; not_started 126 "program" "$work/program"; }

# ---------------------------------------------------------------- full disks
as_mounter() { # COMMAND in a mount namespace of its own
    if [ "$(id -u)" = 0 ]; then unshare -m bash -c "$1"; else unshare -Urm bash -c "$1"; fi
}
# on_small_disk SIZE OPTION PROGRAM...: the run directory on a tmpfs of SIZE; it is copied to $work/run at the end
on_small_disk() {
    local size=$1 option=$2
    shift 2
    mkdir "$work/disk"
    code=0
    as_mounter "mount -t tmpfs -o size=$size none '$work/disk' && timeout -k 1 30 env -u _ '$top/sh-run' record '$work/disk/run' $option --tools '$tools' \
        --report '$work/report' -- $* > '$work/out' 2> '$work/err'; code=\$?; cp -r '$work/disk/run' '$work/'; exit \$code" || code=$?
}
test_disk_full_goes_on() {
    head -c 20000000 /dev/urandom > "$work/big"
    on_small_disk 8m '' cat "$work/big"
    same "$code" 0
    cmp "$work/out" "$work/big" || fail "its output is not complete"
    same "$(value status)" STOPPED
    same "$(wc -l < "$work/err")" 1
    contains "$(cat "$work/err")" "the disk is full"
    contains "$(cat "$work/err")" "goes on unrecorded"
    replay -- cat "$work/big"
    same "$(value status)" LOG_END
    cmp -n "$(stat -c %s "$work/out")" "$work/out" "$work/big" || fail "the replay prints something else"
    [ -s "$work/out" ] || fail "what was logged is not replayed"
}
test_disk_full_refused() {
    head -c 20000000 /dev/urandom > "$work/big"
    on_small_disk 8m --refuse cat "$work/big"
    same "$code" 125
    contains "$(cat "$work/err")" "the disk is full"
    replay -- cat "$work/big"
    same "$(value status)" LOG_END
}
test_disk_full_at_the_start() {
    on_small_disk 128k '' echo hello
    same "$code" 0
    same "$(cat "$work/out")" hello
    same "$(value status)" PLAIN
    contains "$(cat "$work/err")" "the event log cannot be created"
    same "$(ls "$work/run/events")" ''
}
test_disk_full_at_the_start_refused() {
    on_small_disk 128k --refuse echo hello
    same "$code" 125
    same "$(cat "$work/out")" ''
    same "$(value status)" REFUSED
    same "$(ls "$work/run/events")" ''
}

# ---------------------------------------------------------------- no sandbox
test_no_sandbox_allowed() {
    record -- echo hello
    rm -rf "$work/replay" "$work/report"
    code=0
    unshare -Ur bash -c "echo 0 > /proc/sys/user/max_user_namespaces && echo 0 > /proc/sys/user/max_mnt_namespaces &&
        exec '$top/sh-run' replay '$work/run' '$work/replay' --tools '$tools' --report '$work/report' --perform --sandbox '$work/scratch' -- \
        touch '$work/done'" > "$work/out" 2> "$work/err" || code=$?
    same "$code" 125
    contains "$(cat "$work/err")" "selfheal-launch: "
    same "$(value status)" NEW
    [ ! -e "$work/done" ] || fail "it ran without the sandbox"
}

# ---------------------------------------------------------------- Ctrl-C
# interrupted WHAT PROGRAM...: starts sh-run in a session of its own; as soon as `ready` is printed, Ctrl-C
interrupted() {
    local line leader
    rm -f "$work/pipe"
    mkfifo "$work/pipe"
    setsid env -u _ --default-signal=INT "$top/sh-run" "$@" < /dev/null > "$work/pipe" 2> "$work/err" &
    leader=$!
    while IFS= read -r line; do
        printf '%s\n' "$line"
        [ "$line" != ready ] || kill -INT -- "-$leader"
    done < "$work/pipe" > "$work/out"
    code=0
    wait "$leader" || code=$?
}
waiting='$| = 1; print "ready\n"; sleep 30; print "late\n"'
catching='$| = 1; $SIG{INT} = sub { print "caught\n"; exit 3 }; print "ready\n"; sleep 30; print "late\n"'
computing='$| = 1; print "ready\n"; for ($i = 0; $i < 3e7; $i++) { } print "done\n"'
test_ctrl_c_ends_the_recorded_program() {
    interrupted record "$work/run" --tools "$tools" --report "$work/report" -- perl -e "$waiting"
    same "$code" 130
    same "$(cat "$work/out")" ready
    replay -- perl -e "$waiting"
    same "$(value status)" LOG_END
    same "$(cat "$work/out")" ready
}
test_ctrl_c_is_handled_and_replayed() {
    interrupted record "$work/run" --tools "$tools" --report "$work/report" -- perl -e "$catching"
    same "$code" 3
    same "$(cat "$work/out")" "ready
caught"
    replay -- perl -e "$catching"
    same "$code" 3
    same "$(value diverged) $(value status)" "0 ENDED"
    same "$(cat "$work/out")" "ready
caught"
}
test_ctrl_c_ends_a_replay() {
    record -- perl -e "$computing"
    same "$(cat "$work/out")" "ready
done"
    interrupted replay "$work/run" "$work/replay" --tools "$tools" --report "$work/report" -- perl -e "$computing"
    same "$code" 130
    same "$(cat "$work/out")" ready
}
test_ctrl_c_ends_a_sandboxed_replay() {
    record -- perl -e "$computing"
    interrupted replay "$work/run" "$work/replay" --tools "$tools" --report "$work/report" --perform --sandbox "$work/scratch" -- perl -e "$computing"
    same "$code" 130
    same "$(cat "$work/out")" ready
    ! pgrep -f "$top/sh-run" > /dev/null || fail "something still runs"
}

# ---------------------------------------------------------------- run them
passed=0 failed=0 number=0
for test in $(declare -F | sed -n 's/^declare -f test_//p'); do
    wanted=1
    if [ ${#patterns[@]} -gt 0 ]; then
        wanted=''
        for pattern in "${patterns[@]}"; do [[ $test == *$pattern* ]] && wanted=1; done
    fi
    [ -n "$wanted" ] || continue
    work=$top/$test
    mkdir "$work"
    number=$((number + 1))
    if output=$(cd "$work" && "test_$test" 2>&1); then
        passed=$((passed + 1))
        echo "ok $number - bad_input/$test"
        rm -rf "$work"
    else
        failed=$((failed + 1))
        echo "not ok $number - bad_input/$test"
        printf '%s\n' "$output" | head -n 20 | cut -c 1-300 | sed 's/^/#   /'
        if [ -n "$keep" ]; then echo "#   kept: $work"; else rm -rf "$work"; fi
    fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
