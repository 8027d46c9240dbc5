# The data that all programs work on: made once, the same in each run of the tests.
(
    cd "$data" || exit 1
    awk 'BEGIN { srand(1); for (i = 0; i < 2000; i++) printf "line %d word%d %.3f\n", i, int(rand() * 500), rand() * 100 }' > words
    awk 'BEGIN { for (i = 0; i < 300; i++) printf "%d,name%d,%d\n", i, i * 7 % 100, i * i % 97 }' > table.csv
    awk 'BEGIN { printf "["; for (i = 0; i < 200; i++) printf "%s{\"id\":%d,\"tags\":[\"a%d\",\"b\"]}", i ? "," : "", i, i % 9; print "]" }' > data.json
    printf 'scale=50\n4*a(1)\ndefine f(n) { if (n < 2) return 1; return n * f(n - 1); }\nf(100)\nsqrt(2)\n' > numbers.bc
    printf '20k 2v p 3 4 + p [la 1 + dsa p 10 >b] sb 0 sa lbx f\n' > numbers.dc
    mkdir -p tree/a/b/c tree/d
    for i in 1 2 3 4 5 6 7 8 9; do echo "needle $i" > "tree/a/file$i"; echo "straw $i" > "tree/a/b/c/other$i"; done
    ln -s ../a/file1 tree/d/link
    sed 's/word1/changed/' words > words.new
    printf 'a: b\n\t@echo made a from b\nb:\n\t@echo made b\n' > Makefile
    printf 'define(`twice'\'', `$1 $1'\'')dnl\ntwice(hello)\nincr(41) format(`%%05d'\'', 42)\n' > macros.m4
    printf '#include <stdio.h>\nint main(void) { printf("hello\\n"); return 0; }\n' > hello.c
    printf 'int add(int a, int b) { return a + b; }\n' > add.c
    printf '%%%%\n[a-z]+ printf("word ");\n%%%%\n' > words.l
    printf '%%token A\n%%%%\ns: A s | A;\n%%%%\n' > grammar.y
    printf 'puts [clock milliseconds]; puts [expr {rand()}]; puts [exec echo child]; after 2; puts [pid]\n' > macros.tcl
    printf 'GET /words HTTP/1.0\r\n\r\n' > request
    gzip -kn words
    if command -v zip > /dev/null; then zip -qX words.zip words table.csv; fi
    tar -cf tree.tar --sort=name --mtime=@1000000000 tree
)
cat > "$data/script.py" <<'END'
import os, random, subprocess, sys, time, uuid, tempfile, json, re
print({"a", "b", "c", "d"}, hash("x"), random.random(), random.randint(1, 10**9))
print({k: len(k) for k in ("one", "two", "three")}, id(object()) != 0)
print(time.time(), time.monotonic(), time.strftime("%F %T"), uuid.uuid4())
print(subprocess.run(["sh", "-c", "echo from the child; echo $$; exit 3"], capture_output=True, text=True))
print(subprocess.check_output(["cat"], input=b"through a pipe"))
time.sleep(0.002)
with tempfile.NamedTemporaryFile("w+") as f:
    f.write("temporary"); f.flush(); f.seek(0); print(f.name, f.read())
print(os.getpid(), os.getcwd() != "", sorted(os.listdir("."))[:3], os.urandom(8).hex())
print(json.dumps([re.sub("a", "b", "banana"), sys.argv]))
sys.exit(7)
END
cat > "$data/script.pl" <<'END'
use strict; use warnings; use Time::HiRes qw(time sleep ualarm);
my %h = map { $_ => 1 } 'a' .. 'z';
print join(",", keys %h), " ", rand(), " ", time(), " $$\n";
my $alarms = 0;
$SIG{ALRM} = sub { $alarms++ };
ualarm(3000, 3000);
while ($alarms < 4) { my $t = time() }   # signals come between clock reads
ualarm(0);
$SIG{USR1} = sub { print "usr1\n" };
kill 'USR1', $$;
print `echo child \$\$`, $? >> 8, "\n";
eval { local $SIG{ALRM} = sub { die "late\n" }; alarm 1; select(undef, undef, undef, 30); };
print "ended: $@";
open(my $f, '<', 'words') or die; my @l = <$f>; print scalar(@l), " $l[-1]";
END
cat > "$data/query.sql" <<'END'
create table t(id integer primary key, name text, value real);
begin;
with recursive n(i) as (select 1 union all select i + 1 from n where i < 500)
insert into t select i, 'name' || (i % 17), i * 1.5 from n;
commit;
create index by_name on t(name);
select name, count(*), sum(value) from t group by name order by name limit 5;
delete from t where id % 3 = 0;
select count(*), random() is not null from t;
pragma integrity_check;
END
if command -v git > /dev/null; then
    (
        cd "$data" && mkdir repo && cd repo || exit 1
        export GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
        git init -q -b main .
        for i in 1 2 3; do
            echo "version $i" > file
            git add file
            GIT_AUTHOR_DATE="2024-01-0$i 12:00 +0000" GIT_COMMITTER_DATE="2024-01-0$i 12:00 +0000" git commit -qm "commit $i"
        done
        git gc -q
    )
fi
# What is mapped is compared by its time: it must not be of this moment.
find "$data" -exec touch -h -d '2024-01-01 00:00 UTC' {} +
