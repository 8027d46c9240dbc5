# The two variables come first, have a fixed size, and the program's own LD_PRELOAD follows ours.
mkdir -p "$work/r"; : > "$work/r/control"
LD_PRELOAD="$work/other.so" SELFHEAL_RUN=old "$launch" --run "$work/r" --lib "$work/empty.so" -- /usr/bin/env -0 2>/dev/null |
    tr '\0' '\n' > "$work/env"
run=$(sed -n 1p "$work/env") preload=$(sed -n 2p "$work/env")
same "${#run}" 1024
same "$(printf %s "$run" | sed 's,/*/,/,')" "SELFHEAL_RUN=/${work#/}/r"
same "$(printf %s "$preload" | sed 's/:.*//' | wc -c)" 512
same "${preload#*:}" "$work/other.so"
same "$(grep -c -E '^(LD_PRELOAD|SELFHEAL_RUN)=' "$work/env")" 2
