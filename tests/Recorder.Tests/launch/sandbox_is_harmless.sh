# What remains to a root program inside reaches nothing of the machine; its kill(0) spares the caller.
for who in $users; do
    chmod -R a+rwX "$work"; rm -rf "$work/s"
    out=$(as_$who "$launch" --sandbox --scratch "$work/s" -- sh -c '
        mount -t tmpfs x /mnt 2>/dev/null && echo mounted
        (echo 1 > /proc/sys/kernel/randomize_va_space) 2>/dev/null && echo sysctl
        mknod /tmp/node b 7 0 2>/dev/null && echo node
        hostname other 2>/dev/null && echo hostname
        touch /sys/x 2>/dev/null && echo sys
        ls /dev/kvm /dev/vda /dev/mem 2>/dev/null
        ls /proc | grep -c "^[0-9]*$" | awk "{ if (\$1 > 6) print \"sees processes\", \$1 }"
        awk "/^NoNewPrivs/ { print \$2 }" /proc/self/status') || true
    same "$out" 1
    "$launch" --sandbox --scratch "$work/s2" -- sh -c 'kill -TERM 0' && fail "survived its own kill" || same $? 143
done
