#!/usr/bin/env bash
# Is the recorder built as ARCHITECTURE.md says? structure.sh
#
#   allowed_includes.txt   who may include whom
#   allowed_symbols.txt    what libselfheal.so may need from outside: nothing
#   exported_symbols.txt   what it gives to the program: the malloc family, the pthread functions, and nothing else
# and: files of at most 500 lines, functions of at most 70, no header of libc's functions.
set -u
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
source=$root/src/Recorder
library=${SELFHEAL_TOOLS:-$root/build/recorder}/libselfheal.so
# shellcheck source=tests/checks.sh
. "$root/tests/checks.sh"

includes() { # stem of the file, stem of the header that it includes
    grep -Eo '^#include "[^"]*"' "$source"/*.[chS] /dev/null | sed -E 's,.*/([^/]*)\.[chS]:#include "(.*)\.h",\1 \2,' | sort -u
}
dependencies() {
    awk -v files="$(ls "$source" | sed -nE 's/\.[chS]$//p' | sort -u | tr '\n' ' ')" '
        FILENAME == "-" {
            if ($1 == $2 || part[$1] == "" || part[$2] == "" || part[$1] == part[$2]) next
            if (!((part[$1], part[$2]) in uses)) print $1 " (" part[$1] ") includes " $2 ".h (" part[$2] "): allowed_includes.txt does not allow it"
            next
        }
        /^#/ || !NF { next }
        $1 == "part" {
            sub(":", "", $2); order[$2] = ++parts
            for (i = 3; i <= NF; i++) { if (part[$i]) print $i " belongs to two parts"; part[$i] = $2 }
            next
        }
        $2 == "uses:" {
            for (i = 3; i <= NF; i++) {
                if (!order[$i]) print $1 " uses " $i ", which does not stand above it"
                uses[$1, $i] = 1
            }
            next
        }
        { print "not understood: " $0 }
        END {
            n = split(files, all, " ")
            for (i = 1; i <= n; i++) { if (!part[all[i]]) print all[i] " belongs to no part: add it to allowed_includes.txt"; known[all[i]] = 1 }
            for (name in part) if (!known[name]) print name " is in allowed_includes.txt and not in src/Recorder"
        }' "$here/allowed_includes.txt" - < <(includes)
}
long_functions() {
    awk 'FNR == 1 { start = 0 }
        /^[A-Za-z_].*\) ?\{$/ { start = FNR; name = $0 }
        /^}/ { if (start && FNR - start + 1 > 70) print FILENAME ": " FNR - start + 1 " lines: " name; start = 0 }' "$source"/*.c | sed "s,$source/,,"
}

check "each part includes only what it may" "$(dependencies)"
check "no libc header in the library" "$(grep -nE '#include <(stdio|stdlib|string|strings|malloc|pthread|assert|dlfcn|unistd)\.h>' $(ls "$source"/*.[ch] | grep -v /launch) | sed "s,$source/,,")"
check "files have at most 500 lines" "$(wc -l "$source"/*.[chS] | awk -v s="$source/" '$2 != "total" && $1 > 500 { sub(s, "", $2); print $2 ": " $1 " lines" }')"
check "functions have at most 70 lines" "$(long_functions)"
if [ -e "$library" ]; then
    check "the library needs nothing from outside" "$(nm -D --undefined-only "$library" | awk '{ print $NF }' | sort | comm -23 - "$here/allowed_symbols.txt")"
    check "the library needs no other library" "$(readelf -dW "$library" | grep NEEDED)"
    check "the library needs no version of glibc, and relocations that every version knows" "$(readelf -VW "$library" | grep -i GLIBC; readelf -dW "$library" | grep RELR; readelf -rW "$library" | grep -E IRELATIVE)"
    check "the launcher needs no library, and no loader" "$(readelf -dlW "${library%/*}/selfheal-launch" | grep -E 'NEEDED|INTERP')"
    # ext4 and others put what is larger at another kind of address than a sandbox's overlay does (decision 4)
    check "the library takes less than 2 MiB of addresses" "$(readelf -lW "$library" | awk '$1 == "LOAD" { end = strtonum($3) + strtonum($6) } END { if (end >= 2 * 1024 * 1024) print end " bytes" }')"
    check "the library gives the malloc family, the pthread functions, and nothing else" "$(nm -D --defined-only "$library" | awk '{ print $NF }' | sort | diff - "$here/exported_symbols.txt")"
    check "no stack of the library is executable" "$(readelf -lW "$library" | grep GNU_STACK | grep E)"
else
    check "the library is built" "$library is missing: make recorder"
fi
end
