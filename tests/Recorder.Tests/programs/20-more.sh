# Many more programs, as far as they are installed.
rounds=${asked:-4}
round_trip sh-exec --optional -- sh -c 'exec sort -k2 words'
round_trip sh-exec-twice --optional -- sh -c 'echo first; exec env X=1 sh -c "exec cat table.csv"'
round_trip bash-exec-script -- bash -c 'echo "$BASHPID $$ $RANDOM" > file; exec perl -e "print 1 + 1"'
round_trip mawk --optional -- mawk '{ n[$3]++ } END { for (w in n) s += n[w]; print s, length(n) }' words
round_trip git-log --optional --keep-data -- git -C repo log --stat --oneline
round_trip git-status --optional --keep-data -- git -C repo -c safe.directory='*' diff HEAD~1
round_trip find -- find tree -type f -newer hello.c -o -name 'f*' -printf '%p %s\n'
round_trip grep -- grep -rn needle tree
round_trip ls --varies -- ls -laR --time-style=full-iso tree
round_trip diff -- diff -u words words.new
round_trip make --optional --performed -- make a
round_trip uname --optional -- uname -a
round_trip date --varies -- date +%s.%N
round_trip id -- id
round_trip getent -- getent passwd root
round_trip locale -- locale -a
round_trip iconv --keep-data -- iconv -f latin1 -t utf-16 words
round_trip env -- env A=1 B=2 printenv A B
round_trip wc -- wc words table.csv
round_trip head -- head -c 100 words
round_trip tail -- tail -n 3 words
round_trip cut -- cut -d, -f2 table.csv
round_trip paste -- paste -d: table.csv words
round_trip join -- join -t, table.csv table.csv
round_trip comm -- comm -3 words words.new
round_trip tr --stdin words -- tr a-z A-Z
round_trip uniq --stdin words -- uniq -c -f2
round_trip shuf --varies -- shuf -n 5 words
round_trip split -- split -l 500 words part.
round_trip csplit -- csplit -s words 500
round_trip tee --stdin words -- tee copy1 copy2
round_trip dd --stdin words -- dd bs=100 count=20 status=none
round_trip cp --varies -- cp -av tree tree2 # in the order of the directory, which each copy of it has for itself
round_trip mv -- mv -v words moved
round_trip rm -- rm -rv tree
round_trip ln -- ln -sv words link
round_trip mkdir -- mkdir -pv x/y/z
round_trip touch -- touch new hello.c
round_trip truncate -- truncate -s 100 words
round_trip stat --varies -- stat words
round_trip du --varies -- du -ab tree
round_trip df --varies -- df .
round_trip sha256sum -- sha256sum words table.csv data.json
round_trip md5sum -- md5sum words
round_trip base64 -- base64 data.json
round_trip od -- od -c add.c
round_trip nl -- nl words
round_trip tac -- tac words
round_trip seq -- seq 1 3 100
round_trip expr -- expr 6 '*' 7
round_trip factor -- factor 123456789 1000000007
round_trip printf -- /usr/bin/printf '%s %d\n' a 1
round_trip mktemp --varies -- mktemp -p . x.XXXXXX
round_trip readlink -- readlink -f tree/d/link
round_trip sleep -- sleep 0.01
round_trip timeout --performed -- timeout 5 sort words
round_trip xargs --performed -- xargs -a table.csv -n 100 echo
round_trip nice -- nice -n 1 sort words
round_trip cmp -- cmp words words.new
round_trip ps --optional --varies -- ps -o comm= -p 1
round_trip openssl-enc --optional -- openssl enc -aes-256-cbc -pbkdf2 -S 0102030405060708 -pass pass:x -in words
round_trip openssl-rand --optional --varies -- openssl rand -hex 16
round_trip openssl-dgst --optional -- openssl dgst -sha512 words
round_trip openssl-genrsa --optional --varies -- openssl genpkey -algorithm ed25519
round_trip openssl-speed --optional --varies --performed -- openssl speed -seconds 1 -bytes 64 sha256
round_trip gpg --optional -- gpg --version
round_trip m4 --optional -- m4 macros.m4
round_trip bison --optional -- bison -o grammar.c grammar.y
round_trip flex --optional -- flex -o words.c words.l
round_trip gcc-compile --optional -- gcc -O1 -c add.c -o add.o
round_trip gcc-link --optional --performed -- gcc -o hello hello.c
round_trip gcc-print --optional --performed -- gcc -S -o - add.c
round_trip objdump --optional -- objdump -d /bin/true
round_trip readelf --optional -- readelf -aW /bin/true
round_trip nm --optional -- nm -D /bin/ls
round_trip strings --optional -- strings /bin/true
round_trip strace-version --optional -- strace -V
round_trip bzip2 --optional --stdin words -- bzip2 -c
round_trip lz4 --optional --stdin words -- lz4 -c
round_trip zip --optional --varies -- zip -q - words table.csv
round_trip unzip --optional -- unzip -v words.zip
round_trip file --optional --keep-data -- file words words.gz hello.c /bin/ls
round_trip hexdump --optional -- hexdump -C add.c
round_trip xxd --optional -- xxd add.c
round_trip column --optional -- column -t -s, table.csv
round_trip tclsh --optional --varies --stdin macros.tcl -- tclsh
round_trip groff --optional --performed -- groff -Tascii hello.c
round_trip wget --optional --varies --server -- wget -O - http://127.0.0.1:PORT/words
round_trip python3-fork --varies --performed -- python3 -c 'import os, signal, time
for i in range(3):
    if os.fork() == 0: os._exit(i)
    print(os.wait()[1])
n = [0]
def tick(*_): n[0] += 1
signal.signal(signal.SIGALRM, tick)
signal.setitimer(signal.ITIMER_REAL, 0.002, 0.002)
while n[0] < 5: time.time()
signal.setitimer(signal.ITIMER_REAL, 0)
print("ticks", n[0])'
round_trip python3-loop --varies -- python3 -c 'import asyncio, time
async def main():
    r, w = await asyncio.open_connection("127.0.0.1", (await asyncio.start_server(serve, "127.0.0.1", 0)).sockets[0].getsockname()[1])
    w.write(b"hello\n"); print(await r.readline()); w.close(); await asyncio.sleep(0.001)
async def serve(r, w): w.write((await r.readline()).upper()); w.close()
asyncio.run(main())'
round_trip perl-fork --varies --performed -- perl -e '$|=1; for (1..3) { my $p = open(my $h, "-|") // die; if (!$p) { print "child $_\n"; exit $_ } print <$h>; close $h; print $? >> 8, "\n" }'
round_trip python3-threads -- python3 -c 'import threading; t = threading.Thread(target=print, args=("in a thread",)); t.start(); t.join()'
round_trip node --optional -- node -e 'console.log(1 + 1)'
round_trip zstd --optional -- zstd -qc words
