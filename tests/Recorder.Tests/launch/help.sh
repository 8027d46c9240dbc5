# --help lists every option that docs/launcher.md lists.
"$launch" --help > "$work/help" || fail "exit $?"
for option in $(grep -oE '^  --[a-z0-9-]+' "$root/docs/launcher.md"); do
    grep -q -e "$option" "$work/help" || fail "$option is not in --help"
done
