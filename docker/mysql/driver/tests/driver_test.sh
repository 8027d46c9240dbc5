#!/usr/bin/env bash
# Tests of mysql-driver without a MariaDB: the protocol under the sanitizers, and what it says of servers that misbehave.
set -u
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
flags=(-std=c17 -D_GNU_SOURCE -O1 -g -Wall -Wextra -Werror -fsanitize=address,undefined -fno-sanitize-recover=all)

check() { # NAME STATUS
    if [ "$2" -eq 0 ]; then
        passed=$((passed + 1))
        echo "ok - driver/$1"
    else
        failed=$((failed + 1))
        echo "not ok - driver/$1"
        sed 's/^/#   /' "$work"/stdout "$work"/stderr 2>/dev/null
    fi
}

# Runs the driver against a fake server that behaves so, and looks for the exit code and a text in its outputs.
against() { # NAME BEHAVIOURS EXIT TEXT [DRIVER ARGUMENTS]
    local name=$1 exit=$3 text=$4 status server=''
    rm -f "$work/socket"
    if [ -n "$2" ]; then
        # shellcheck disable=SC2086
        exec 8< <(exec timeout 60 python3 "$here/fake_server.py" "$work/socket" $2 2>&1)
        server=$!
        read -r -t 30 -u 8 _
    fi
    shift 4
    timeout 30 "$work/mysql-driver" --socket "$work/socket" --wait 1 --timeout 1 "$@" >"$work/stdout" 2>"$work/stderr"
    status=$?
    [ -z "$server" ] || { kill "$server" 2>/dev/null; exec 8<&-; }
    [ "$status" -eq "$exit" ] || echo "exit code $status instead of $exit" >>"$work/stderr"
    [ "$status" -eq "$exit" ] && grep -qF -- "$text" "$work/stdout" "$work/stderr"
    check "$name" $?
}

if ! gcc "${flags[@]}" -o "$work/protocol_test" "$here/protocol_test.c" "$here"/../{packet,reply}.c ||
    ! gcc "${flags[@]}" -o "$work/mysql-driver" "$here"/../*.c; then
    echo "docker/mysql/driver/tests/driver_test.sh: the driver cannot be compiled" >&2
    exit 1
fi

"$work/protocol_test" | tee "$work/protocol"
line=$(tail -n 1 "$work/protocol")
if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=${BASH_REMATCH[1]} failed=${BASH_REMATCH[2]}
else
    check the_protocol_tests_run_to_their_end 1
fi

against no_server_is_said_with_the_socket '' 3 "no server answers at $work/socket" --workload mysql-3
against a_greeting_that_is_not_the_protocol_is_said garbage 3 'no server answers' --workload mysql-3
against a_refused_connection_is_told_with_the_servers_words refuses 3 'Too many connections' --workload mysql-3
against a_server_that_closes_and_is_gone_died 'closes' 2 '"server_died":true' --workload mysql-4
against a_server_that_closes_and_lives_did_not_die 'closes splits' 3 'the server lives' --workload mysql-4
against an_error_is_told_with_its_code_and_text error 3 'SELECT 1: error 1064, No such thing' --workload mysql-4
against a_silent_server_is_not_waited_for_beyond_the_timeout silent 3 'SELECT 1 was not answered within 1000 ms' --workload mysql-4
against answers_that_come_byte_by_byte_are_read splits 0 '"pairs":50,' --workload mysql-4 --pairs 50
against an_unknown_workload_is_said '' 3 'no workload mysql-9' --workload mysql-9
against a_number_of_pairs_that_is_none_is_said '' 3 '--pairs wants a number' --workload mysql-1 --pairs x
against no_workload_gives_the_usage '' 3 'usage: mysql-driver'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
