#!/usr/bin/env bash
# What SelfHeal makes of the pairs: table.sh [-q] [-n RUNS] [-r REPLAYS] [PATTERN], a row for each program of races.tsv:
# runs of chaos until the first failure for three policies (of 200), replays of that failure that were exact, trials
# until it was healed, runs that the patched program passed with other seeds, runs that the fixed twin passed, the
# holds. -n: 1000 if not given, for each policy a third; -r: 100; -q: only the runs until the first failure. Needs the built
# tool (make).
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
out=$root/build/races
runs=1000 replays=100 quick=''
while getopts qn:r: option; do
    case $option in
    q) quick=1 ;;
    n) runs=$OPTARG ;;
    r) replays=$OPTARG ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
"$here/build.sh" "$out" || exit 1
selfheal=$root/selfheal

# json FILE EXPRESSION: of the document `d`
json() { python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$@" 2> /dev/null; }

# chaos PROGRAM RUNS SEED [OPTION]...: runs of each policy; one "first/failed-run-directory" per line, "-" if none failed
chaos() {
    local program=$1 count=$2 seed=$3 policy
    shift 3
    for policy in pct:3 pos random:100; do
        "$selfheal" chaos --policy $policy --runs "$count" --jobs 1 --seed "$seed" --keep "keep-$RANDOM$RANDOM" --json "$@" -- "$program" > chaos.json
        json chaos.json '"%s %s" % (d["policies"][0].get("firstFailure") or "-", (d["policies"][0]["failures"] or [{"run": ""}])[0]["run"]) if d["policies"] else "1 " + d["baseline"]["failure"]["run"]'
    done
}

row() { # NAME
    local name=$1 found run='' exact=0 passed=0 fixed=0 i line
    cd "$(mktemp -d)" || return
    found=$(chaos "$out/$name" 200 1)
    if [ -n "$quick" ]; then
        printf '%-30s %s\n' "$name" "$(cut -d' ' -f1 <<< "$found" | paste -sd/)"
        rm -rf "$PWD"
        return
    fi
    while read -r line; do [ -n "$run" ] || run=${line#* }; done <<< "$(grep -v '^-' <<< "$found")"
    for ((i = 0; i < replays; i++)); do ! "$selfheal" replay "$run" > replay.txt 2>&1 || exact=$((exact + 1)); done
    "$selfheal" heal "$run" -o patch.ep --json > heal.json 2> heal.txt
    if [ -s patch.ep ]; then
        passed=$(chaos "$out/$name" $((runs / 3)) 5000001 --patch patch.ep | grep -c '^-')
    fi
    fixed=$(chaos "$out/$name.fixed" $((runs / 3)) 1 | grep -c '^-')
    printf '%-30s %-12s %9s %7s %8s %8s  %s\n' "$name" "$(cut -d' ' -f1 <<< "$found" | paste -sd/)" "$exact/$replays" \
        "$(json heal.json 'len(d["trials"])')" "$((passed * (runs / 3)))" "$((fixed * (runs / 3)))" \
        "$( (grep '^<' patch.ep || json heal.json 'd["sentence"].split(" (seed")[0]') 2> /dev/null | paste -sd';')"
    rm -rf "$PWD"
}

if [ -n "$quick" ]; then
    printf '%-30s %s\n' name pct/pos/rnd
else
    printf '%-30s %-12s %9s %7s %8s %8s  %s\n' name pct/pos/rnd replayed trials patched fixed holds
fi
grep -v '^#' "$here/races.tsv" | cut -f1 | while read -r name; do
    [ $# = 0 ] || [[ $name == *$1* ]] || continue
    row "$name" < /dev/null
done
