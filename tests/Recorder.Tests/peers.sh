#!/usr/bin/env bash
# Programs with peers, replayed when the peers are gone: peers.sh [-k] [-s] [-n COUNT] [PATTERN]...
#
# Each program of the list below is recorded once under the load of real clients (servers, or what else is at the
# other end). Then it is replayed:
#   exact    as often as the list says: all events, the same output and exit, no divergence, nothing uncontrolled
#   performed  once, in the sandbox, exactly; its children, of whose input nothing is known, must see the end of it and
#            say so in a file
#   changed  a random event of the log is made to seem another one, so that the replay goes live there, in the sandbox,
#            with all the rest of the recorded input: it must read all of that, go on to the recorded run's end (or
#            wait for more: idle), and leave the same file
# -s: the MariaDB and the mutt that `make servers-mysql servers-mail` build, and only these. -n: changed events in place of the list's count.
# -k keeps the work directory of what failed. Nothing is ever skipped.
set -u
limit=60
. "$(dirname "$0")/workbench.sh"
built='' count=''
while getopts ksn: option; do
    case $option in k) keep=1 ;; s) built=1 ;; n) count=$OPTARG ;; *) exit 2 ;; esac
done
shift $((OPTIND - 1))
patterns=("$@")
needs_sandbox
compile peers
load() { timeout -k 1 "$limit" python3 "$here/peers/load.py" "$@"; }
end_server() { kill -"$1" "$(child_of "$runner")"; } # $runner is sh-run

# run WHAT COMMAND...: in a fresh working directory, which is $work/cwd for every run; output and exit to $work/WHAT.*
run() {
    rm -rf "$work/cwd"
    mkdir "$work/cwd"
    [ -z "$again" ] || $again
    run_in /dev/null "$1" env TERM=xterm "${@:2}"
}

record() {
    local runner watchdog
    rm -rf "$work/cwd"
    mkdir "$work/cwd"
    # its own load is at the other end; the working directory must be there before
    [ -z "$before" ] || $before
    if [ -n "$piped" ]; then
        (cd "$work/cwd" && cat "$piped" | env -u _ TERM=xterm timeout -k 1 "$limit" "$sh_run" record "$work/run" --refuse --tools "$tools" --report "$work/rec.report" -- "${command[@]}" > "$work/rec.out" 2> "$work/rec.err")
        echo $? > "$work/rec.exit"
    elif [ -n "$keys" ]; then
        (cd "$work/cwd" && env -u _ TERM=xterm timeout -k 1 "$limit" python3 -B "$here/peers/terminal.py" "$keys" "$sh_run" record "$work/run" --refuse --tools "$tools" --report "$work/rec.report" -- "${command[@]}" > "$work/rec.out" 2> "$work/rec.err" < /dev/null)
        echo $? > "$work/rec.exit"
    else
        (cd "$work/cwd" && exec env -u _ --default-signal=INT TERM=xterm "$sh_run" record "$work/run" --refuse --tools "$tools" --report "$work/rec.report" -- "${command[@]}" < /dev/null > "$work/rec.out" 2> "$work/rec.err") &
        runner=$!
        (sleep "$limit"; kill -KILL "$(child_of "$runner")") > /dev/null 2>&1 &
        watchdog=$!
        $peer > "$work/load" 2>&1 || echo "recorded: the load fails: $(tail -n 4 "$work/load")"
        wait "$runner"
        echo $? > "$work/rec.exit"
        kill "$(child_of "$watchdog")" "$watchdog" 2> /dev/null
    fi
    mv "$work/cwd" "$work/recorded"
    [ -z "$after" ] || $after
    [ "$(value status "$work/rec.report")" = ENDED ] || { echo "recorded: status $(value status "$work/rec.report") $(value status_text "$work/rec.report"): $(tail -n 3 "$work/rec.err")"; return; }
    [ "$(value uncontrolled "$work/rec.report")" = 0 ] || echo "recorded: uncontrolled events, the first is call $(value first_uncontrolled "$work/rec.report")"
}

exact_once() {
    local report=$work/exact.report
    rm -rf "$work/replay"
    run exact "$sh_run" replay "$work/run" "$work/replay" --refuse --tools "$tools" --report "$report" -- "${command[@]}"
    [ "$(value diverged "$report")" = 0 ] || { echo "diverged at event $(value divergence_event "$report") of $(value events "$work/rec.report"): $(value divergence_text "$report")"; return; }
    [ "$(value events "$report")" = "$(value events "$work/rec.report")" ] || { echo "$(value events "$report") events of $(value events "$work/rec.report"), status $(value status "$report") $(value status_text "$report")"; return; }
    [ "$(cat "$work/exact.exit")" = "$(cat "$work/rec.exit")" ] || { echo "exit $(cat "$work/exact.exit"), recorded $(cat "$work/rec.exit")"; return; }
    [ -n "$keys" ] || cmp -s "$work/rec.out" "$work/exact.out" || echo "it prints something else"
}

# The program's own file in what the sandbox has kept.
left_behind() { find "$work/scratch" -path "*$work/cwd/$1" | head -n 1; }

changed_once() { # SEED
    local report=$work/changed.report cut left
    rm -rf "$work/cut" "$work/replay" "$work/scratch" "$report"
    cut=$(python3 "$here/cut_log.py" "$work/run" "$work/cut" "$1" changed) || { echo "cut_log.py fails"; return; }
    run changed "$sh_run" replay "$work/cut" "$work/replay" --refuse --tools "$tools" --live --perform --sandbox "$work/scratch" ${patch:+--patch "$patch"} --report "$report" -- "${command[@]}"
    case $(value status "$report") in
    ENDED) [ "$(cat "$work/changed.exit")" = "$(cat "$work/rec.exit")" ] || echo "event $cut (seed $1): exit $(cat "$work/changed.exit"), recorded $(cat "$work/rec.exit"): $(tail -n 2 "$work/changed.err")" ;;
    IDLE) [ -n "$idles" ] || echo "event $cut (seed $1): idle, and not at its end" ;;
    *) echo "event $cut (seed $1): status $(value status "$report") $(value status_text "$report"), exit $(cat "$work/changed.exit"): $(tail -n 2 "$work/changed.err")" ;;
    esac
    [ "$(value live_since "$report")" != 0 ] || echo "event $cut (seed $1): it did not go live"
    [ -n "$file" ] || return
    left=$(left_behind "$file")
    $compare "$work/recorded/$file" "${left:-/dev/null}" > /dev/null 2>&1 || echo "event $cut (seed $1): $file is another one ($(wc -c < "$work/recorded/$file") bytes recorded, $(wc -c < "${left:-/dev/null}"))"
}

performed_once() { # LINES: of the children, in the file
    local report=$work/performed.report left
    run performed "$sh_run" replay "$work/run" "$work/performed" --refuse --tools "$tools" --perform --sandbox "$work/layers" --report "$report" -- "${command[@]}"
    [ "$(value diverged "$report") $(value events "$report")" = "0 $(value events "$work/rec.report")" ] || { echo "performed: status $(value status "$report"), $(value events "$report") events of $(value events "$work/rec.report"), $(value divergence_text "$report")"; return; }
    left=$(find "$work/layers" -path "*$work/cwd/$file")
    [ "$(grep -c '^the end' "${left:-/dev/null}")" = "$1" ] || echo "performed: $(grep -c '^the end' "${left:-/dev/null}") of $1 children saw the end of their input"
}

fresh_once() { # TEXT: in what the recorder says about it
    run fresh "$sh_run" replay "$work/run" "$work/fresh" --fresh --perform --sandbox "$work/anew" --tools "$tools" --report "$work/fresh.report" -- "${command[@]}"
    [[ "$(value status "$work/fresh.report") $(value status_text "$work/fresh.report")" == ENDED*$1* ]] || echo "fresh: status $(value status "$work/fresh.report") $(value status_text "$work/fresh.report")"
}

same_lines() { cmp -s <(sort "$1") <(sort "$2"); }

# check NAME [OPTION]... -- PROGRAM [ARG]...   PORT in arguments is a free port
#   --peer COMMAND   what is at the other end   --before COMMAND   starts such a thing first
#   --after COMMAND  ends it
#   --piped FILE     comes by a pipe as standard input
#   --keys KIND      on a terminal, with these keys of terminal.py
#   --again COMMAND  before each replay
#   --patch FILE     the changed runs obey it
#   --performed N    how many children say in the file that their input has ended
#   --fresh TEXT     a run that is live from the start ends, and the recorder says so
#   --within N       such a run is killed after N seconds
#   --exact N --changed N --file NAME --compare COMMAND --idles
check() {
    local name=$1 peer=: before='' after='' piped='' keys='' again='' patch='' exact=0 changed=0 performed='' fresh='' within='' file='' compare=cmp idles='' output='' port
    shift
    wanted "$name" || return 0
    port=$(free_port)
    while [ "$1" != -- ]; do
        case $1 in
        --peer) peer=${2//PORT/$port}; shift ;;
        --before) before=${2//PORT/$port}; shift ;;
        --after) after=$2; shift ;;
        --piped) piped=$2; shift ;;
        --keys) keys=$2; shift ;;
        --exact) exact=$2; shift ;;
        --performed) performed=$2; shift ;;
        --fresh) fresh=$2; shift ;;
        --within) within=$2; shift ;;
        --changed) changed=${count:-$2}; shift ;;
        --file) file=$2; shift ;;
        --compare) compare=$2; shift ;;
        --again) again=$2; shift ;;
        --patch) patch=$2; shift ;;
        --idles) idles=1 ;;
        *) echo "peers.sh: unknown option $1 of $name" >&2; exit 2 ;;
        esac
        shift
    done
    shift
    local command=("${@//PORT/$port}") i
    work=$top/work/$name
    mkdir -p "$work" || exit 1
    command[0]=$(command -v "${command[0]}") || output="$1 is not installed: scripts/install-prerequisites.sh"
    [ -n "$output" ] || output=$(record)
    if [ -z "$output" ]; then
        for ((i = 1; i <= exact; i++)); do output+=$(exact_once | sed "s/^/round trip $i: /"); done
        [ -z "$performed" ] || output+=$(performed_once "$performed")
        [ -z "$fresh" ] || output+=$(limit=${within:-$limit} fresh_once "$fresh")
        for ((i = 1; i <= changed; i++)); do output+=$(changed_once "$i" | sed 's/$/\\n/'); done
    fi
    say "$name" "$output"
}

# ---------------------------------------------------------------- the other ends
redis_clients() { # PORT
    wait_for redis-cli -p "$1" ping || return
    local i
    for i in {1..40}; do echo "SET k$i v$i"; echo "INCR n"; echo "LPUSH l x$i"; done | redis-cli -p "$1"
    redis-cli -p "$1" shutdown nosave
}
http_clients() { # PORT
    wait_for curl -s "http://127.0.0.1:$1/" || return
    local i
    for i in 1 2 3 4 5; do curl -s "http://127.0.0.1:$1/file$i" > /dev/null || return; done
    end_server INT
}
serve_by() { # KIND AT COUNT, of load.py: in the background; it is ready when it says so
    coproc load "$@"
    read -r _ <&"${COPROC[0]}"
}
mariadb_clients() { # DIRECTORY
    "$root/build/servers/mysql-driver" --socket "$1/socket" --wait "$limit" --workload mixed --clients 4 --pairs 50 || return
    end_server TERM
}
serve_mail() { # DIRECTORY PORT: until end_mail
    python3 -B "$here/peers/mail.py" "$1" "$2" || return
    /usr/sbin/dovecot -F -c "$1/dovecot.conf" > "$1/dovecot.out" 2>&1 < /dev/null &
    mail_server=$!
    wait_for curl -s --max-time 1 "imap://127.0.0.1:$2/" -u me:secret
}
end_mail() {
    kill "$mail_server"
    wait "$mail_server"
}
make_database() { # DIRECTORY: as it was before each run
    rm -rf "$1"
    "$root/docker/mysql/serve.sh" --print "$root/build/servers/mysql-none" "$1" > /dev/null
}
same_bytes() { cmp -s <(fold -w1 "$1" | sort) <(fold -w1 "$2" | sort); } # long lines of several threads may mix
same_dump() { cmp -s <(sqlite3 "$1" .dump) <(sqlite3 "$2" .dump); }

# ---------------------------------------------------------------- the list
if [ -z "$built" ]; then
    check echo-epoll --peer "load lines PORT 50" --exact 10 --changed 10 --file served --compare same_lines -- "$top/echo_epoll" PORT 50
    check echo-renumbered --peer "load lines PORT 30" --exact 3 --changed 10 --file served --compare same_lines -- "$top/echo_epoll" PORT 30 renumber
    printf '%s\n' 'selfheal-patch 1' '<anywhere> : Drop Request line' 'pattern "nobody says this"' > "$top/never.ep"
    check echo-threads --peer "load lines PORT 50" --exact 5 --changed 10 --file served --compare same_bytes -- "$top/echo_threads" PORT 50
    check echo-epoll-looked-at --peer "load lines PORT 50" --changed 5 --patch "$top/never.ep" --file served --compare same_lines -- "$top/echo_epoll" PORT 50
    check echo-threads-looked-at --peer "load lines PORT 50" --changed 5 --patch "$top/never.ep" --file served --compare same_bytes -- "$top/echo_threads" PORT 50
    check children --peer "load lines PORT 6" --exact 3 --performed 6 --file served -- "$top/children" PORT 6
    check executes --peer "load lines PORT 1" --exact 3 --fresh 'replaced itself by /bin/cat after the replay had gone live' -- "$top/executes" PORT
    check sleeps --peer "load lines PORT 1" --exact 3 --again "touch $top/work/sleeps/cwd/sleep" --fresh '*' --within 5 -- "$top/sleeps" PORT
    check asks --before "serve_by answers PORT 30" --exact 5 --changed 10 --file served -- "$top/asks" PORT 30
    check socat --before "serve_by echo $top/echo 1" --peer "load lines PORT 1" --exact 10 --changed 5 -- socat TCP-LISTEN:PORT,reuseaddr "UNIX-CONNECT:$top/echo"
    check datagrams --peer "load datagrams PORT 30" --exact 5 --changed 10 --file served -- "$top/datagrams" PORT 30
    awk 'BEGIN { print "create table t(a integer primary key, b text);"; for (i = 1; i <= 60; i++) { printf "insert into t values(%d, \"row %d\");\n", i, i * i; if (i % 9 == 0) printf "update t set b = b || \"!\" where a %% %d = 0;\n", i } print "select count(*), sum(length(b)) from t;" }' > "$top/script.sql"
    check sqlite-pipe --piped "$top/script.sql" --exact 5 --changed 20 --file database --compare same_dump -- sqlite3 database
    seq 100 110 > "$top/numbers"
    # shellcheck disable=SC2016
    check input-renumbered --piped "$top/numbers" --exact 3 --changed 15 --file copied -- bash -c 'exec 5<&0 < /dev/null; while read -r -u 5 line; do echo "line $line"; done > copied'
    check keys --keys keys --exact 5 --changed 20 --file served -- "$top/keys" 40
    check vim --keys vim --exact 10 --changed 10 --file text -- vim -u NONE -n text
    check redis --peer "redis_clients PORT" --exact 3 --changed 20 --file appendonlydir/appendonly.aof.1.incr.aof -- \
        redis-server --port PORT --bind 127.0.0.1 --save '' --appendonly yes --dir .
    check http.server --peer "http_clients PORT" --exact 10 --changed 5 --idles -- python3 -m http.server --bind 127.0.0.1 PORT
else
    check mutt --keys mutt --before "serve_mail $top/mail PORT" --after end_mail --exact 10 --changed 20 --file copied -- \
        "$root/build/servers/mutt-none/bin/mutt" -n -F "$top/mail/muttrc"
    # shellcheck disable=SC2046
    read -r -a mariadb <<< "$("$root/docker/mysql/serve.sh" --print "$root/build/servers/mysql-none" "$top/database")"
    check mariadb --before "make_database $top/database" --again "make_database $top/database" --peer "mariadb_clients $top/database" --exact 1 --changed 20 --idles -- "${mariadb[@]}"
fi
sum_up
