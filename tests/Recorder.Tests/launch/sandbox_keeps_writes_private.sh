# Files written inside are not outside; files outside are seen inside, under the same paths.
mkdir "$work/d"; echo old > "$work/d/file"; echo gone > "$work/d/removed"
for who in $users; do
    chmod -R a+rwX "$work"
    [ "$who" = root ] || chown -R 65534:65534 "$work/d"
    rm -rf "$work/s"
    out=$(as_$who "$launch" --sandbox --scratch "$work/s" --cwd "$work/d" -- sh -c '
        pwd; cat file; echo new > file; cat file; echo x > made; rm removed; ls; echo t > /tmp/selfheal-test-leak
        echo shm > /dev/shm/selfheal-test-leak; mkdir a; mv a b; ls -d b') || fail "$who: exit $?"
    same "$out" "$(printf '%s\nold\nnew\nfile\nmade\nb' "$work/d")"
    same "$(cat "$work/d/file")" old
    same "$(ls "$work/d" | tr '\n' ' ')" "file removed "
    [ ! -e /tmp/selfheal-test-leak ] && [ ! -e /dev/shm/selfheal-test-leak ] || fail "$who: a file leaked"
    as_$who rm -rf "$work/s" || fail "$who: the scratch directory cannot be removed"
done
