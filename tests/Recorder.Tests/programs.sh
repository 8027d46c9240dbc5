#!/usr/bin/env bash
# Exact round trips of ordinary, unmodified programs: programs.sh [-k] [-n ROUNDS] [PATTERN]...
#
# Each program of programs/*.sh is recorded ROUNDS times (20 those that issue 2 names, 10 those of issue 4, 4
# the others). Each recording is replayed twice:
#   plain      in an empty directory, with an empty standard input: all that it read comes from the log
#   performed  in the sandbox, on fresh data: children run again, files are really written
# A round holds if both replays print and end exactly as the recorded run did, with as many events, without a
# divergence and without an uncontrolled event, and if the recorded run printed what the native one does.
# Servers that a program talked to are stopped before the replays. Nothing is ever skipped.
#
# programs/*.sh call, in a directory of data ($data, made once; each run gets a fresh copy of it):
#   round_trip NAME [OPTION]... -- PROGRAM [ARG]...
#     --stdin FILE     of the data; else standard input is empty
#     --varies         its output differs from run to run
#     --performed      only the performed replay prints what it did: its children write to its output
#     --keep-data      it maps files of the data, which must be there in a plain replay
#     --server         a web server shows the data while it is recorded, at the port that PORT stands for
#     --optional       not on every machine: left out where PROGRAM is missing (beyond those that issue 2 names)
# -k keeps the work directory of what failed.
set -u
limit=60
. "$(dirname "$0")/workbench.sh"
asked=''
while getopts kn: option; do
    case $option in k) keep=1 ;; n) asked=$OPTARG ;; *) exit 2 ;; esac
done
shift $((OPTIND - 1))
patterns=("$@")
needs_sandbox
# Scratch directories on a tmpfs make sandboxes faster; it must not be in the way of the programs.
scratch=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo "$top")" selfheal-scratch.XXXXXX)
at_end() { rm -rf "$scratch"; }
data=$top/data
mkdir "$data"

fresh() { # [empty]: $work/cwd anew
    rm -rf "$work/cwd"
    if [ "${1:-}" = empty ]; then mkdir "$work/cwd"; else cp -a "$data" "$work/cwd"; fi
}
same_file() { # WHAT FILE FILE
    cmp -s "$2" "$3" || { echo "$1 differs:"; diff -a "$2" "$3" | head -n 6 | cut -c 1-300; }
}

record_round() { # NUMBER
    local r=$1
    fresh
    run_in "$stdin" "rec$r" "$sh_run" record "$work/run$r" --refuse --tools "$tools" --report "$work/rec$r.report" -- "${command[@]}"
    [ "$(value status "$work/rec$r.report")" = ENDED ] || { echo "recorded, round $r: status $(value status "$work/rec$r.report") $(value status_text "$work/rec$r.report"): $(tail -n 3 "$work/rec$r.err")"; return; }
    [ "$(value uncontrolled "$work/rec$r.report")" = 0 ] || { echo "recorded, round $r: $(value uncontrolled "$work/rec$r.report") uncontrolled events, the first is call $(value first_uncontrolled "$work/rec$r.report")"; return; }
    [ "$(cat "$work/native.exit")" = "$(cat "$work/rec$r.exit")" ] || { echo "recorded, round $r: exit $(cat "$work/rec$r.exit"), natively $(cat "$work/native.exit")"; return; }
    [ -n "$varies" ] || same_file "recorded, round $r: stdout (natively <)" "$work/native.out" "$work/rec$r.out"
    [ -n "$varies" ] || same_file "recorded, round $r: stderr (natively <)" "$work/native.err" "$work/rec$r.err"
}

replay_round() { # NUMBER plain|performed OPTION...
    local r=$1 what=$2 report=$work/$2.report
    shift 2
    rm -rf "$work/replay"
    run_in /dev/null "$what" "$sh_run" replay "$work/run$r" "$work/replay" --refuse --tools "$tools" --report "$report" "$@" -- "${command[@]}"
    what="$what replay, round $r:"
    [ "$(value diverged "$report")" = 0 ] || { echo "$what diverged at event $(value divergence_event "$report") of $(value events "$work/rec$r.report"): $(value divergence_text "$report")"; return; }
    [ "$(value status "$report")" = ENDED ] || { echo "$what status $(value status "$report") $(value status_text "$report"): $(tail -n 3 "$work/${what%% *}.err")"; return; }
    [ "$(value events "$report")" = "$(value events "$work/rec$r.report")" ] || { echo "$what $(value events "$report") events of $(value events "$work/rec$r.report")"; return; }
    [ "$(value uncontrolled "$report")" = 0 ] || { echo "$what $(value uncontrolled "$report") uncontrolled events"; return; }
    [ "$(cat "$work/${what%% *}.exit")" = "$(cat "$work/rec$r.exit")" ] || { echo "$what exit $(cat "$work/${what%% *}.exit"), recorded $(cat "$work/rec$r.exit")"; return; }
    [ -n "$children_print" ] && [ "${what%% *}" = plain ] && return
    same_file "$what stdout (recorded <)" "$work/rec$r.out" "$work/${what%% *}.out"
    same_file "$what stderr (recorded <)" "$work/rec$r.err" "$work/${what%% *}.err"
}

start_server() {
    local i
    (cd "$data" && exec python3 -u -c 'import http.server
s = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
print(s.server_port, flush=True)
s.serve_forever()' > "$work/port" 2> /dev/null < /dev/null) &
    server_pid=$!
    trap 'kill "$server_pid"' EXIT
    for ((i = 0; i < 1000; i++)); do [ -s "$work/port" ] && break; sleep 0.01; done
    command=("${command[@]//PORT/$(cat "$work/port")}")
}
stop_server() {
    trap - EXIT
    kill "$server_pid"
    wait "$server_pid"
    if curl -s "http://127.0.0.1:$(cat "$work/port")/"; then echo "the server still answers"; fi
}

all_rounds() {
    local r server_pid
    [ -z "$server" ] || start_server
    fresh
    run_in "$stdin" native "${command[@]}"
    for ((r = 1; r <= rounds; r++)); do record_round "$r"; done
    [ -z "$server" ] || stop_server
    for ((r = 1; r <= rounds; r++)); do
        if [ -n "$keep_data" ]; then fresh; else fresh empty; fi
        replay_round "$r" plain
        fresh
        replay_round "$r" performed --perform --sandbox "$scratch/layers"
        rm -rf "$scratch/layers"
    done
}

round_trip() {
    local name=$1 stdin=/dev/null varies='' children_print='' keep_data='' server='' optional=''
    shift
    wanted "$name" || return 0
    while [ "$1" != -- ]; do
        case $1 in
        --stdin) stdin=$data/$2; shift ;;
        --varies) varies=1 ;;
        --performed) children_print=1 ;;
        --keep-data) keep_data=1 ;;
        --server) server=1 ;;
        --optional) optional=1 ;;
        *) echo "programs.sh: unknown option $1 of $name" >&2; exit 2 ;;
        esac
        shift
    done
    shift
    local command=("$@")
    work=$top/work/$name
    mkdir -p "$work"
    if ! command -v "$1" > /dev/null; then
        if [ -z "$optional" ]; then say "$name" "$1 is not installed: scripts/install-prerequisites.sh"; fi
        return
    fi
    (all_rounds) > "$work/findings" 2>&1
    say "$name" "$(head -n 12 "$work/findings")"
}

for list in "$here"/programs/*.sh; do
    # shellcheck source=/dev/null
    . "$list"
done
sum_up
