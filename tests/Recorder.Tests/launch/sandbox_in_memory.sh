# --in-memory: the layers are a tmpfs that is gone at the end; what is removed, renamed and made anew is as on a disk.
mkdir -p "$work/d/old"; echo one > "$work/d/old/file"
for who in $users; do
    chmod -R a+rwX "$work"
    [ "$who" = root ] || chown -R 65534:65534 "$work/d"
    rm -rf "$work/s"
    out=$(as_$who "$launch" --sandbox --in-memory --scratch "$work/s" --cwd "$work/d" -- sh -c '
        rm -r old; mkdir old; ls old; echo two > old/other; ln old/other linked; mv linked moved; cat moved; ls') || fail "$who: exit $?"
    same "$out" "$(printf 'two\nmoved\nold')"
    same "$(cat "$work/d/old/file")" one
    [ "$who" != root ] || same "$(find "$work/s" -name other)" ''
    as_$who rm -rf "$work/s" || fail "$who: the scratch directory cannot be removed"
done
