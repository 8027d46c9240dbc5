# The program's stack lies at the same address whatever the run directory and the recorder are called.
mkdir -p "$work/r" "$work/a-run-directory-with-a-much-longer-name-than-the-other-one"
for run in "$work/r" "$work/a-run-directory-with-a-much-longer-name-than-the-other-one"; do
    : > "$run/control"
done
cp "$work/empty.so" "$work/another-copy-of-the-empty-library.so"
first=$("$launch" --run "$work/r" --lib "$work/empty.so" -- "$probe" stack)
second=$("$launch" --run "$work/a-run-directory-with-a-much-longer-name-than-the-other-one" \
    --lib "$work/another-copy-of-the-empty-library.so" -- "$probe" stack)
[ -n "$first" ] || fail "no output"
same "$second" "$first"
