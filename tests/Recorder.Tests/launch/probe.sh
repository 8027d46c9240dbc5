# --probe says that the sandbox works here, and leaves nothing behind.
for who in $users; do
    chmod a+rwX "$work"; mkdir -m 777 "$work/tmp.$who"
    got=0; message=$(as_$who env TMPDIR="$work/tmp.$who" "$launch" --probe 2>&1) || got=$?
    same "$got:$message" "0:"
    same "$(ls -A "$work/tmp.$who")" ""
done
# where it cannot be made, it says what is missing, and leaves nothing behind either
mkdir "$work/tmp.none"
got=0; message=$(TMPDIR=$work/tmp.none unshare -Ur sh -c 'echo 0 > /proc/sys/user/max_user_namespaces; exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs "$0" --probe' "$launch" 2>&1) || got=$?
if [ "$got" != 0 ]; then
    same "$got" 125
    contains "$message" "namespaces"
fi
same "$(ls -A "$work/tmp.none")" ""
