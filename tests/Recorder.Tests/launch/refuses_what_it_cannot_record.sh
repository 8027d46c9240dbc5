# With --run: static, setuid, 32-bit, foreign, unreadable, not a program: 126 and a sentence that says which.
mkdir -p "$work/r"; : > "$work/r/control"
record() { got=0; "$launch" --run "$work/r" --lib "$work/empty.so" -- "$@" > "$work/out" 2> "$work/message" || got=$?; }
refused() { record "$1"; same "$got" 126; contains "$(cat "$work/message")" "$2"; }
echo 'int main(void) { return 0; }' > "$work/t.c"
gcc -static -o "$work/static" "$work/t.c"
gcc -static-pie -o "$work/static-pie" "$work/t.c"
gcc -o "$work/dynamic" "$work/t.c"
refused "$work/static" "statically linked"
refused "$work/static-pie" "statically linked"
cp "$work/dynamic" "$work/setuid"; chmod u+s "$work/setuid"
refused "$work/setuid" "setuid"
cp "$work/dynamic" "$work/elf32"; printf '\001' | dd of="$work/elf32" bs=1 seek=4 conv=notrunc 2> /dev/null
refused "$work/elf32" "32-bit"
cp "$work/dynamic" "$work/arm"; printf '\267' | dd of="$work/arm" bs=1 seek=18 conv=notrunc 2> /dev/null
refused "$work/arm" "another processor"
echo hello > "$work/text"; chmod +x "$work/text"
refused "$work/text" "neither an ELF program nor a script"
printf '#!/nonexistent/shell\n' > "$work/orphan"; chmod +x "$work/orphan"
refused "$work/orphan" "/nonexistent/shell is missing"
printf '#!%s\n' "$work/static" > "$work/script-static"; chmod +x "$work/script-static"
refused "$work/script-static" "statically linked"
printf '#!/bin/sh\necho scripted\n' > "$work/script"; chmod +x "$work/script"
record "$work/script"; same "$got" 0; same "$(cat "$work/out")" scripted
record "$work/dynamic"; same "$got" 0
