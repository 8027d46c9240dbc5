# A program that an ordinary user may run but not read.
[ "$(id -u)" = 0 ] || skip "needs root to become another user"
mkdir -p "$work/r"; : > "$work/r/control"; chmod 666 "$work/r/control"; chmod -R a+rX "$work"
cp /bin/true "$work/unreadable"; chmod 711 "$work/unreadable"
got=0; message=$(as_user "$launch" --run "$work/r" --lib "$work/empty.so" -- "$work/unreadable" 2>&1) || got=$?
same "$got" 126
contains "$message" "may not read"
