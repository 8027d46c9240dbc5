# shellcheck shell=bash
# How a script says what it checks, and how it ends: sourced by it.
suite=$(basename "$0" .sh)
passed=0 failed=0 skipped=0 number=0
check() { # NAME FINDINGS: passes if there are none
    number=$((number + 1))
    if [ -z "$2" ]; then
        passed=$((passed + 1))
        echo "ok $number - $suite/$1"
    else
        failed=$((failed + 1))
        echo "not ok $number - $suite/$1"
        printf '%s\n' "$2" | sed 's/^/#   /'
    fi
}
skip() { # NAME REASON
    number=$((number + 1)) skipped=$((skipped + 1))
    echo "ok $number - $suite/$1 # SKIP $2"
}
end() { # exits
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" = 0 ]
    exit
}
