# With --run, the run directory is the real one without further options.
mkdir "$work/r"; : > "$work/r/control"
for who in $users; do
    chmod -R a+rwX "$work"; rm -rf "$work/s"
    as_$who "$launch" --sandbox --scratch "$work/s" --run "$work/r" --lib "$work/empty.so" -- \
        sh -c 'echo "$2" > "$1/r/written"' - "$work" "$who" || fail "$who: exit $?"
    same "$(cat "$work/r/written")" "$who"
    rm -f "$work/r/written"
done
