# Those that issue 4 names; the others of its list are in peers.sh, mutt and alpine in samples/BuggyServers/Mail.
rounds=${asked:-10}
round_trip git-clone --keep-data -- git -c safe.directory='*' clone -q repo copy # makes files, renames, links and maps them
round_trip vim --varies -- vim -es -u NONE -c '%s/word/WORD/' -c 'wq! changed' words
round_trip ssh-keygen --varies -- ssh-keygen -q -t ed25519 -N '' -f key
round_trip nc --varies --server --stdin request -- nc 127.0.0.1 PORT
round_trip socat --varies --server --stdin request -- socat -t 5 - TCP:127.0.0.1:PORT
