# --bind shows another directory or file, --rw the real one; both are written for real.
mkdir "$work/copy" "$work/real" "$work/rw"; echo copy > "$work/copy/f"; echo real > "$work/real/f"; echo one > "$work/one"
for who in $users; do
    chmod -R a+rwX "$work"; rm -rf "$work/s"
    out=$(as_$who "$launch" --sandbox --scratch "$work/s" --bind "$work/copy=$work/real" --rw "$work/rw" \
        --bind "$work/one=/run/selfheal-made/one" -- \
        sh -c 'cat "$1/real/f"; echo "$2" > "$1/real/by"; echo "$2" > "$1/rw/by"; cat /run/selfheal-made/one' - "$work" "$who") || fail "$who: exit $?"
    same "$out" "$(printf 'copy\none')"
    same "$(cat "$work/copy/by")" "$who"
    same "$(cat "$work/rw/by")" "$who"
    [ ! -e "$work/real/by" ] || fail "$who: the bound-over directory was written"
    [ ! -e /run/selfheal-made ] || fail "$who: a mount point leaked"
    rm -f "$work/copy/by" "$work/rw/by"
done
