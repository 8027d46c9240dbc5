# --env gives the whole environment, in its order; PATH in it finds the program.
printf 'B=2\0A=1\0PATH=/usr/bin:/bin\0' > "$work/env.bin"
same "$("$launch" --env "$work/env.bin" -- env | tr '\n' ' ')" "B=2 A=1 PATH=/usr/bin:/bin "
