#!/usr/bin/env bash
# Requests that never arrive: drops.sh [-k] [PATTERN]...
#
# A program is recorded under a patch that drops bad lines, for each way in which it reads them: from sockets, one
# connection or several at a time, from pipes, from files. It must get all the good requests and none of the bad ones, in
# whatever pieces they come, the client its answers, and the program must not be woken again and again while half a
# request is there. The control page counts each drop, the log has each, and the recorded run replays exactly, with the
# patch and without it. mailbox: the same for the messages of a mailbox file.
set -u
limit=30
. "$(dirname "$0")/workbench.sh"
[ "${1:-}" != -k ] || { keep=1; shift; }
patterns=("$@")
needs_sandbox
compile drops
compile peers # datagrams
cat > "$top/patch.ep" <<'PATCH'
selfheal-patch 1
<anywhere> : Drop Request line
pattern "old" *
expires 2020-01-31
<anywhere> : Drop Request line
pattern "bad" *
answer "refused\n"
PATCH

replays() { # WHAT OPTION...
    local report=$work/$1.report what=$1
    shift
    rm -rf "$work/cwd"
    mkdir "$work/cwd"
    (cd "$work/cwd" && exec env -u _ timeout -k 1 "$limit" "$sh_run" replay "$work/run" "$work/$what" --refuse --tools "$tools" --report "$report" "$@" -- "${command[@]}" < /dev/null > "$work/$what.out" 2> "$work/$what.err")
    [ "$(value diverged "$report")" = 0 ] && [ "$(value status "$report")" = ENDED ] || { echo "$what: status $(value status "$report"), diverged at event $(value divergence_event "$report") of $(value events "$work/report"): $(value divergence_text "$report")"; return; }
    cmp -s "$work/out" "$work/$what.out" || echo "$what: it prints something else"
}

record() { # COMMAND: at the other end; $input is standard input, $patch the patch, empty: none; $only: without a log
    local runner patch=${patch-$top/patch.ep}
    mkdir -p "$work/cwd"
    (cd "$work/cwd" && exec env -u _ timeout -k 1 "$limit" "$sh_run" record "$work/run" --refuse --tools "$tools" --report "$work/report" ${only:+--patch-only} ${patch:+--patch "$patch"} -- "${command[@]}" < "${input:-/dev/null}" > "$work/out" 2> "$work/err") &
    runner=$!
    timeout "$limit" "$@" 2>&1 | tail -n 3
    wait "$runner" || echo "the program exits with $?: $(value status_text "$work/report") $(tail -n 2 "$work/err")"
}

check() { # DROPPED [WOKEN_AT_MOST]: of the recorded run, and its replays
    [ "$(value 'hits 0' "$work/report") $(value 'hits 1' "$work/report")" = "0 $1" ] || echo "the control page counts $(value 'hits 0' "$work/report") expired and $(value 'hits 1' "$work/report") drops, not 0 and $1"
    [ -z "${2:-}" ] || [ "$(sed -n 's/^woken //p' "$work/out")" -le "$2" ] || echo "it was woken $(cat "$work/out") times"
    [ -z "${only:-}" ] || return
    replays replayed
    replays patched --patch "${patch-$top/patch.ep}"
}

lines() { # WAY [only]: one connection at a time
    local port expected found command only=${2:-}
    port=$(free_port)
    command=("$top/lines" "$port" "$1" 3)
    record python3 "$here/drops/client.py" "$port"
    expected=$(printf '%s\n' 'good 1' 'good in three' 'good 2' 'good 3' 'good 4' 'good 5' 'good but slow' 'old request')
    found=$(grep -av 'xxxxxxxx' "$work/cwd/served" | head -n 8)
    [ "$found" = "$expected" ] || echo "it has served: $found"
    [ "$(grep -ac '^good xxx' "$work/cwd/served") $(grep -ac '^bad xxx' "$work/cwd/served") $(grep -ac bad "$work/cwd/served")" = '1 1 1' ] || echo "it has served other large ones, or bad ones: $(cut -c 1-30 "$work/cwd/served")"
    grep -aq '^rest: good, without an end' "$work/cwd/served" || echo "it has not served the request without an end"
    check 8 60
}

loop() { # WAY [unix]: several connections in one loop
    local at command
    if [ -n "${2:-}" ]; then at=$work/socket; else at=$(free_port); fi
    command=("$top/loop" "$at" "$1" 3)
    record python3 "$here/drops/loop_client.py" "$at"
    [ "$(grep -ac '^good' "$work/cwd/served") $(grep -avc '^good' "$work/cwd/served")" = '12 0' ] || echo "it has served: $(cat "$work/cwd/served")"
    rm -f "$work/socket"
    check 10 60
}

datagrams() { # each is a request, also one without an end of line
    local port command
    port=$(free_port)
    command=("$top/datagrams" "$port" 5)
    record python3 "$here/drops/datagrams.py" "$port"
    [ "$(sed 's/^[^ ]* //' "$work/cwd/served")" = $'good 0\ngood 2\ngood 4\ngood 6\ngood 8' ] || echo "it has served: $(cat "$work/cwd/served")"
    check 4
}

good_lines() { # SERVED
    local expected
    expected=$(printf '%s\n' 'good 1' 'good 2' 'good 3' 'good 4' 'good but slow' 'old request' 'good x' 'good 5')
    [ "$(sed 's/xx*/x/' "$1")" = "$expected" ] || echo "it has got: $(cut -c 1-30 "$1")"
    [ "$(grep -c . "$1") $(grep -a 'good xxx' "$1" | wc -c)" = '8 50006' ] || echo "the large line has $(grep -a 'good xxx' "$1" | wc -c) bytes"
}

piped() { # WAY [opened|file]
    local command=("$top/input" "$1") input=$work/fifo
    mkfifo "$work/fifo"
    case ${2:-} in
    opened) input=/dev/null command+=("$work/fifo"); record python3 "$here/drops/feed.py" "$work/fifo" lines ;;
    file) input=$work/lines; python3 "$here/drops/feed.py" /dev/stdout lines > "$input"; record true ;;
    *) record python3 "$here/drops/feed.py" "$input" lines ;;
    esac
    good_lines "$work/cwd/served"
    if [ "$1" = stdio ]; then check 8; else check 8 40; fi
}

raw() {
    local command=("$top/input" read) input=$work/fifo patch=$work/patch.ep
    mkfifo "$work/fifo"
    sed -e 's/Request line/Request raw/' -e 's/^pattern "bad" /pattern * "bad" /' "$top/patch.ep" > "$patch"
    record python3 "$here/drops/feed.py" "$input" raw
    [ "$(tr '\n' ' ' < "$work/cwd/served")" = 'good 1 good 3 ' ] || echo "it has got: $(cat "$work/cwd/served")"
    check 3 40
}

full() { # a line that the pipe has no room for passes, and all behind it
    local command=("$top/input" "$1") input=$work/fifo
    mkfifo "$work/fifo"
    record python3 "$here/drops/feed.py" "$input" full
    [ "$(wc -lc < "$work/cwd/served" | tr -s ' ')" = " 3 57022" ] || echo "it has got: $(wc -lc < "$work/cwd/served")"
    check 0
}

fresh() { # [file]: recorded without the patch, and run anew with it
    local command=("$top/input" read) input=$work/fifo patch=''
    mkfifo "$work/fifo"
    if [ -n "${1:-}" ]; then
        input=$work/lines
        python3 "$here/drops/feed.py" /dev/stdout lines > "$input"
        record true
    else
        record python3 "$here/drops/feed.py" "$input" lines
    fi
    rm -f "$work/cwd/served"
    (cd "$work/cwd" && exec env -u _ timeout -k 1 "$limit" "$sh_run" replay "$work/run" "$work/fresh" --fresh --perform --sandbox "$work/scratch" --tools "$tools" --report "$work/fresh.report" --patch "$top/patch.ep" -- "${command[@]}" < /dev/null > "$work/fresh.out" 2> "$work/fresh.err")
    [ "$(value status "$work/fresh.report") $(value 'hits 1' "$work/fresh.report")" = 'ENDED 8' ] || echo "the fresh run: $(value status "$work/fresh.report"), $(value 'hits 1' "$work/fresh.report") drops of 8"
    good_lines "$(find "$work/scratch" -name served)"
}

mailbox() { # WAY
    local command=("$top/mailbox" "$1" "$work/mailbox") patch=$work/patch.ep expected
    printf '%s\n' 'selfheal-patch 1' '<anywhere> : Drop Request mbox' 'pattern * "never" *' 'expires 2020-01-31' '<anywhere> : Drop Request mbox' 'pattern * "Subject: bad" *' > "$patch"
    for subject in 'good 1' 'bad 1' 'bad 2' 'good 2' 'good 3' 'bad 3'; do
        printf 'From a@b Thu Jan  1 00:00:00 1970\nSubject: %s\n\nSome text of it.\n>From here on,\nFrom there.\n%s\n\n' "$subject" "$(seq 3000)"
    done > "$work/mailbox"
    cp "$work/mailbox" "$work/whole"
    touch -d '2020-02-02' "$work/mailbox"
    record true
    expected=$(awk '/^From a@b/ { n++ } n == 1 || n == 4 || n == 5' "$work/whole")
    [ "$(cat "$work/cwd/served")" = "$expected" ] || echo "it has got: $(grep -a Subject "$work/cwd/served")"
    [ "$(grep -c . "$work/err")" = 1 ] && grep -q 'a mailbox cannot be written' "$work/err" || echo "it says: $(cat "$work/err")"
    [ ! -s "$work/out" ] || echo "it finds: $(cat "$work/out")"
    cmp "$work/whole" "$work/mailbox"
    check 3
    [ "$1" != mmap ] || return
    rm "$work/mailbox"
    replays gone
}

run() { # NAME COMMAND...: passes if it prints nothing
    wanted "$1" || return 0
    local name=$1
    shift
    work=$top/work/$name
    mkdir -p "$work"
    say "$name" "$("$@" 2>&1)"
}
for way in read small readv recv peek recvmsg poll epoll thread; do run "$way" lines "$way"; done
run only-read lines read only
run only-thread lines thread only
for way in poll select epoll edge once; do
    run "loop-$way" loop "$way"
    run "loop-$way-blocking" loop "$way-blocking"
    run "loop-$way-unix" loop "$way" unix
done
run datagrams datagrams
for way in read stdio poll nonblocking; do
    run "pipe-$way" piped "$way"
    run "fifo-$way" piped "$way" opened
done
run file-read piped read file
run file-stdio piped stdio file
run pipe-raw raw
run pipe-full full read
run pipe-full-poll full poll
run pipe-fresh fresh
run file-fresh fresh file
for way in read stdio mmap pread; do run "mailbox-$way" mailbox "$way"; done
sum_up
