#!/usr/bin/env bash
# Builds the fuzz targets with gcc and the sanitizers and runs each on mutations of good input, the same in each
# run: run.sh [ITERATIONS [SEED]]. (With clang they are libFuzzer targets: see the head of each file.)
set -u
cd "$(dirname "$0")/.." || exit 1
iterations=${1:-20000} seed=${2:-1}
out=build/fuzz
mkdir -p "$out"
passed=0 failed=0 number=0
target() { # NAME ITERATIONS SOURCE...
    local name=$1 count=$2 output
    shift 2
    number=$((number + 1))
    if output=$(gcc -std=gnu17 -g -O1 -msse4.2 -w -fsanitize=address,undefined -fno-sanitize-recover=all -DFUZZ_MAIN -Isrc/Recorder \
        -o "$out/$name" "fuzz/$name.c" "$@" 2>&1 && timeout 300 "$out/$name" "$count" "$seed" 2>&1); then
        passed=$((passed + 1))
        echo "ok $number - fuzz/$name"
        printf '%s\n' "$output" | sed 's/^/# /'
    else
        failed=$((failed + 1))
        echo "not ok $number - fuzz/$name"
        printf '%s\n' "$output" | tail -n 30 | sed 's/^/#   /'
    fi
}
target patch_parse_fuzz $((iterations * 10)) src/Recorder/{patch_parse,patch_parse_drop,patch_answer,quoted,pattern_text}.c src/Recorder/framing_text.c
target framing_fuzz $((iterations * 5)) src/Recorder/{framing,framing_text,framing_mail,framing_http,framing_resp,quoted}.c
target pattern_fuzz $((iterations * 10)) src/Recorder/{pattern,pattern_text,quoted}.c
target event_log_fuzz "$iterations" src/Recorder/replay.c
target sched_hold_fuzz "$iterations" src/Recorder/{sched_hold,stack_table,backtrace,backtrace_cfi,modules,os}.c
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
