# The programs that issue 2 names: each must be there.
rounds=${asked:-20}
round_trip bc --stdin numbers.bc -- bc -l
round_trip bc-file -- bc -lq numbers.bc
round_trip dc --stdin numbers.dc -- dc
round_trip cat --stdin words -- cat - table.csv words
round_trip sort -- sort -k3,3 -k2n words
round_trip gawk -- gawk '{ n[$3]++ } END { for (w in n) s += n[w]; print s, length(n), rand(), PROCINFO["version"] }' words
round_trip gawk-clock --varies -- gawk 'BEGIN { srand(); print srand(), systime(), rand(), PROCINFO["pid"]; "echo child" | getline x; print x }'
round_trip sed -- sed -n '/word1/s/line/LINE/p' words
round_trip sed-in-place -- sed -i.old s/word/WORD/ words
round_trip perl --varies -- perl script.pl
round_trip python3 --varies -- python3 script.py an argument
round_trip sqlite3 --stdin query.sql -- sqlite3 data.db
round_trip gzip --stdin words -- gzip -9
round_trip gzip-file -- gzip -v table.csv
round_trip gunzip -- gzip -dc words.gz
round_trip xz --stdin words -- xz -c
round_trip xz-file -- xz -kv table.csv
round_trip tar -- tar -cvf new.tar tree words
round_trip tar-extract -- tar -xvf tree.tar -C tree/d
round_trip jq -- jq -c 'map(select(.id % 10 == 3) | .tags[0]) | group_by(.) | map({(.[0]): length}) | add' data.json

round_trip curl --varies --server -- curl -sS -D - http://127.0.0.1:PORT/words
round_trip curl-progress --varies --server -- curl -o copy http://127.0.0.1:PORT/table.csv http://127.0.0.1:PORT/missing
round_trip bash-pipeline --performed -- bash -c 'set -o pipefail; sort words | uniq -c -f2 | tee copy | wc -l; { head -n 3 | sed s/l/L/; } < words; echo "$? ${PIPESTATUS[*]}"; x=$(grep -c word1 words); echo "x=$x"; exit 5'
round_trip bash-pipeline-own --varies -- bash -c 'for i in 1 2 3; do x=$(echo $i | cat); echo "$x $RANDOM $$"; done; read -r a b < <(echo p q); echo "$a$b" | while read -r z; do :; done; trap "echo usr1" USR1; kill -USR1 $$; echo $SECONDS'
