# The program sees the descriptors that the caller has, and none of ours: plain, recorded and in the sandbox.
mkdir -p "$work/r"; : > "$work/r/control"
: > "$work/in"
for options in "" "--run $work/r --lib $work/empty.so" "--sandbox --scratch $work/s"; do
    # shellcheck disable=SC2086
    "$launch" $options -- "$probe" fds < "$work/in" 2> /dev/null 7< "$work/in" 9> "$work/nine" > "$work/out.launched"
    "$probe" fds < "$work/in" 2> /dev/null 7< "$work/in" 9> "$work/nine" > "$work/out.plain"
    same "$(sed 's/ .*//' "$work/out.launched" | tr '\n' ' ')" "$(sed 's/ .*//' "$work/out.plain" | tr '\n' ' ')"
done
