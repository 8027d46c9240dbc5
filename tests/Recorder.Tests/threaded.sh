#!/usr/bin/env bash
# Exact round trips of programs with threads, on a busy machine: threaded.sh [-k] [-s] [-n ROUNDS] [PATTERN]...
#
# Each program of the list below is recorded ROUNDS times (default 3), with its peers: servers get a load and then
# SIGTERM. Each recording is replayed when the peers are gone, in an empty directory:
#   plain      all that was read comes from the log
#   performed  where it says so: in the sandbox, files are really written and children run again
# A round holds if the recorded run had threads and nothing uncontrolled, if the load got the answers that it wants,
# and if the replay prints and ends exactly as the recorded run did, with as many events, without a divergence.
# Meanwhile a loop on each processor takes its share of the time, so that threads are interrupted anywhere.
#   program NAME [OPTION]... -- PROGRAM [ARG]...
#   server NAME LOAD [OPTION]... -- PROGRAM [ARG]...   LOAD: a function that waits for the server and works with it
#     --varies           its output differs from run to run
#     --performed        a performed replay, too
#     --children REGEX   lines of its children, which a plain replay does not run (a performed one prints as many)
#     --make COMMAND     makes DIRECTORY
#     --policy POLICY    chaos: another thread order, with the number of the round as seed
# In arguments PORT is a free port, DIRECTORY a new one of that round. Nothing is ever skipped.
# -s: the programs that `make servers-mysql` builds, and only these. -k keeps the work directory of what failed.
set -u
limit=120
. "$(dirname "$0")/workbench.sh"
rounds=3 built='' hogs=()
while getopts ksn: option; do
    case $option in k) keep=1 ;; s) built=1 ;; n) rounds=$OPTARG ;; *) exit 2 ;; esac
done
shift $((OPTIND - 1))
patterns=("$@")
needs_sandbox
at_end() { [ ${#hogs[@]} -eq 0 ] || kill "${hogs[@]}"; }
g++ -std=c++17 -O1 -g -Wall -Wextra -pthread -o "$top/pool" "$here/threaded/pool.cc" || exit 1
gcc -std=gnu17 -O1 -g -Wall -Wextra -pthread -o "$top/convoy" "$here/threaded/convoy.c" || exit 1
data=$top/data
mkdir "$data"
cp "$here/threaded/workers.py" "$data"
awk 'BEGIN { srand(1); for (i = 0; i < 30000; i++) printf "line %d word%d %.3f\n", i, int(rand() * 500), rand() * 100 }' > "$data/words"
for ((i = $(nproc); i > 0; i--)); do
    while :; do :; done &
    hogs+=($!)
done

fresh() { # [empty]: $work/cwd anew
    rm -rf "$work/cwd"
    if [ "${1:-}" = empty ]; then mkdir "$work/cwd"; else cp -a "$data" "$work/cwd"; fi
}
same_file() { # WHAT FILE FILE: but for the children's lines
    cmp -s "$2" "$3" && return
    if [ -n "$children" ] && cmp -s <(grep -avE "$children" "$2") <(grep -avE "$children" "$3"); then return; fi
    echo "$1 differs:"
    diff -a "$2" "$3" | head -n 6 | cut -c 1-300
}

# ---------------------------------------------------------------- servers

# Starts the server, loads it, ends it with SIGTERM; output and exit code to $work/WHAT.*
serve() { # WHAT COMMAND...
    local what=$1 runner program watchdog
    shift
    (cd "$work/cwd" && exec env -u _ "$@" < /dev/null > "$work/$what.out" 2> "$work/$what.err") &
    runner=$!
    timeout -k 1 "$limit" bash -c "$load" > "$work/load" 2>&1 || echo "recorded: the load fails: $(tail -n 4 "$work/load")"
    program=$(child_of "$runner")
    # shellcheck disable=SC2086
    [ -z "$program" ] || kill $program
    # shellcheck disable=SC2086
    (sleep "$limit" && kill -KILL $program) 2> /dev/null &
    watchdog=$!
    wait "$runner"
    echo $? > "$work/$what.exit"
    kill -- "$(child_of $watchdog)" "$watchdog" 2> /dev/null
}

saved() { redis-cli -p "$port" info persistence | grep -q rdb_bgsave_in_progress:0; }
load_redis() {
    set -e
    wait_for redis-cli -p "$port" ping
    redis-benchmark -p "$port" -c 10 -n 2000 -d 100 -r 500 -q -t set,get,lpush &
    sleep 0.1
    redis-cli -p "$port" bgsave
    wait $!
    redis-benchmark -p "$port" -c 10 -n 1000 -P 4 -q -t incr,spop,zadd,mset
    wait_for saved
    redis-cli -p "$port" eval "for i = 1, 100 do redis.call('incr', 'counter') end return redis.call('get', 'counter')" 0 | grep -qx 100
}
load_memcached() { python3 "$here/threaded/memcached_load.py" "$port"; }
load_mariadb() { "$root/build/servers/mysql-driver" --socket "$directory/socket" --wait "$limit" --workload mixed --clients 4 --pairs "$pairs"; }
export -f wait_for saved load_redis load_memcached load_mariadb
export here root limit port directory pairs

# ---------------------------------------------------------------- rounds
# $command with what is new in each round
settle() {
    directory=$work/directory$1 port=''
    [[ ${command[*]} != *PORT* ]] || port=$(free_port)
    settled=("${command[@]//PORT/$port}")
    settled=("${settled[@]//DIRECTORY/$directory}")
    if [ -n "$make" ]; then $make "$directory" > /dev/null; fi
}

record_round() { # NUMBER
    local r=$1 report=$work/rec.report runs='run_in /dev/null'
    [ -z "$load" ] || runs=serve
    $runs rec "$sh_run" record "$work/run" --refuse --tools "$tools" --report "$report" "${chaos[@]}" -- "${settled[@]}"
    [ "$(value status "$report")" = ENDED ] || { echo "recorded: status $(value status "$report") $(value status_text "$report"): $(tail -n 3 "$work/rec.err")"; return; }
    [ "$(value uncontrolled "$report")" = 0 ] || { echo "recorded: $(value uncontrolled "$report") uncontrolled events, the first is call $(value first_uncontrolled "$report")"; return; }
    [ "$(value inexact_switches "$report")" = 0 ] || { echo "recorded: $(value inexact_switches "$report") switches between two places"; return; }
    [ "$(value threads "$report")" -gt 1 ] && [ "$(value switches "$report")" -gt 0 ] || { echo "recorded: only $(value threads "$report") threads, $(value switches "$report") switches"; return; }
    [ -n "$load" ] || [ "$(cat "$work/native.exit")" = "$(cat "$work/rec.exit")" ] || { echo "recorded: exit $(cat "$work/rec.exit"), natively $(cat "$work/native.exit")"; return; }
    [ -n "$varies$load" ] || same_file "recorded: stdout (natively <)" "$work/native.out" "$work/rec.out"
}

replay_round() { # plain|performed OPTION...
    local what=$1 report=$work/$1.report
    shift
    rm -rf "$work/replay"
    run_in /dev/null "$what" "$sh_run" replay "$work/run" "$work/replay" --refuse --tools "$tools" --report "$report" "$@" -- "${settled[@]}"
    [ "$(value diverged "$report")" = 0 ] || { echo "$what replay: diverged at event $(value divergence_event "$report") of $(value events "$work/rec.report"): $(value divergence_text "$report")"; return; }
    [ "$(value status "$report")" = ENDED ] || { echo "$what replay: status $(value status "$report") $(value status_text "$report"): $(tail -n 3 "$work/$what.err")"; return; }
    [ "$(value events "$report")" = "$(value events "$work/rec.report")" ] || { echo "$what replay: $(value events "$report") events of $(value events "$work/rec.report")"; return; }
    [ "$(value uncontrolled "$report")" = 0 ] || { echo "$what replay: $(value uncontrolled "$report") uncontrolled events"; return; }
    [ "$(cat "$work/$what.exit")" = "$(cat "$work/rec.exit")" ] || { echo "$what replay: exit $(cat "$work/$what.exit"), recorded $(cat "$work/rec.exit")"; return; }
    same_file "$what replay: stdout (recorded <)" "$work/rec.out" "$work/$what.out"
    same_file "$what replay: stderr (recorded <)" "$work/rec.err" "$work/$what.err"
    if [ -n "$children" ] && [ "$what" = performed ] && [ "$(grep -acE "$children" "$work/rec.out")" != "$(grep -acE "$children" "$work/$what.out")" ]; then
        echo "performed replay: the children print $(grep -acE "$children" "$work/$what.out") lines, recorded $(grep -acE "$children" "$work/rec.out")"
    fi
}

all_rounds() {
    local r settled found chaos=()
    fresh
    if [ -z "$load" ]; then run_in /dev/null native "${command[@]}"; fi
    for ((r = 1; r <= rounds; r++)); do
        [ -z "$policy" ] || chaos=(--policy "$policy" --seed "$r")
        rm -rf "$work/run" # made anew
        fresh
        settle "$r"
        found=$(record_round "$r")
        if [ -z "$found" ]; then
            fresh empty
            found=$(replay_round plain)
        fi
        if [ -z "$found" ] && [ -n "$performed" ]; then
            fresh
            found=$(replay_round performed --perform --sandbox "$work/layers")
            rm -rf "$work/layers"
        fi
        rm -rf "$directory"
        [ -z "$found" ] || { echo "round $r: $found"; return; }
        echo "$r" > "$work/rounds"
    done
}

check() { # NAME LOAD OPTION... -- PROGRAM...
    local name=$1 load=$2 make='' varies='' performed='' children='' policy=''
    shift 2
    wanted "$name" || return 0
    while [ "$1" != -- ]; do
        case $1 in
        --varies) varies=1 ;;
        --performed) performed=1 ;;
        --children) children=$2; shift ;;
        --policy) policy=$2; shift ;;
        --make) make=$2; shift ;;
        *) echo "threaded.sh: unknown option $1 of $name" >&2; exit 2 ;;
        esac
        shift
    done
    shift
    local command=("$@")
    work=$top/work/$name
    mkdir -p "$work" || exit 1
    if command -v "$1" > /dev/null; then
        (trap 'kill $(jobs -p) 2> /dev/null' EXIT; all_rounds) > "$work/findings" 2>&1
    else
        echo "$1 is not installed: scripts/install-prerequisites.sh" > "$work/findings"
    fi
    [ -s "$work/findings" ] || [ "$(cat "$work/rounds")" = "$rounds" ] || echo "only $(cat "$work/rounds") rounds of $rounds" > "$work/findings"
    say "$name" "$(head -n 12 "$work/findings")"
}
program() { local name=$1; shift; check "$name" '' "$@"; }
server() { check "$@"; }

# ---------------------------------------------------------------- the list
if [ -z "$built" ]; then
    program pool --varies -- "$top/pool"
    program convoy -- "$top/convoy"
    program workers --varies -- python3 workers.py
    program pigz --performed -- pigz -p 4 -b 128 -c words
    program pigz-file --performed -- pigz -p 4 -b 128 -kv words
    program xz --performed -- xz -T2 -0 --block-size=256KiB -c words
    redis=(redis-server --port PORT --bind 127.0.0.1 --save '3600 1' --dir .)
    memcached=(memcached -u root -t 4 -p PORT -l 127.0.0.1 -U 0)
    server redis load_redis --performed --children '^[0-9]+:C ' -- "${redis[@]}"
    server memcached load_memcached -- "${memcached[@]}"
    program pool-random --varies --policy random:50 -- "$top/pool"
    program pool-pct --varies --policy pct:3 -- "$top/pool"
    program pool-pos --varies --policy pos -- "$top/pool"
    program workers-random --varies --policy random -- python3 workers.py
    program pigz-pos --policy pos -- pigz -p 4 -b 128 -c words
    server redis-random load_redis --children '^[0-9]+:C ' --policy random -- "${redis[@]}"
    server memcached-pct load_memcached --policy pct:3 -- "${memcached[@]}"
    server memcached-pos load_memcached --policy pos -- "${memcached[@]}"
else
    mysql=$root/build/servers/mysql-none
    make_database() { "$root/docker/mysql/serve.sh" --print "$mysql" "$1"; }
    # shellcheck disable=SC2046
    read -r -a mariadb <<< "$(make_database "$top/any")"
    mariadb=("${mariadb[@]//$top\/any/DIRECTORY}")
    pairs=10000
    server mariadb load_mariadb --make make_database -- "${mariadb[@]}"
    pairs=2000
    server mariadb-random load_mariadb --make make_database --policy random:20 -- "${mariadb[@]}"
    server mariadb-pos load_mariadb --make make_database --policy pos -- "${mariadb[@]}"
fi
sum_up
