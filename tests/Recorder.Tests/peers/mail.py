#!/usr/bin/env python3
"""Mail for a dovecot, and the configurations of both sides: mail.py DIRECTORY PORT

30 messages in INBOX and 3 in Archive, by maildir; DIRECTORY/dovecot.conf, and DIRECTORY/muttrc for mutt, as user `me`.
"""
import getpass
import os
import sys

from mail_words import words

directory, port = sys.argv[1], int(sys.argv[2])
NOBODY = 65534
root = os.getuid() == 0


def write(path, text):
    with open(f"{directory}/{path}", "w", encoding="utf-8") as file:
        file.write(text)


def folder(path, count):
    for part in "cur", "new", "tmp":
        os.makedirs(f"{directory}/{path}/{part}")
    for i in range(1, count + 1):
        write(f"{path}/cur/{1200000000 + i}.M{i}.example:2,",
              f"From: A. Writer <writer{i}@example.org>\nTo: me@example.org\nSubject: Subject of {i}\nDate: Tue, {i:02} Jan 2008 12:00:00 +0000\n"
              f"Message-Id: <{i}@example.org>\n\n{words(i)} is in this one.\n" + f"A line of {i}.\n" * 15)


os.makedirs(directory)
folder("mail", 30)
folder("mail/.Archive", 3)
write("users", "me:{PLAIN}secret\n")
owner = NOBODY if root else getpass.getuser()
if root:
    for path, _, files in os.walk(f"{directory}/mail"):
        for name in [path] + [f"{path}/{file}" for file in files]:
            os.chown(name, NOBODY, NOBODY)
    at = directory
    while at not in ("/", "/tmp"):
        os.chmod(at, os.stat(at).st_mode | 0o5)
        at = os.path.dirname(at)
write("dovecot.conf", ("" if root else f"default_internal_user = {owner}\ndefault_login_user = {owner}\n") + f"""base_dir = {directory}/run
state_dir = {directory}/run
log_path = {directory}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain
first_valid_uid = 1
mail_location = maildir:{directory}/mail
mail_fsync = never
passdb {{
  driver = passwd-file
  args = {directory}/users
}}
userdb {{
  driver = static
  args = uid={owner} gid={owner} home={directory}/mail
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
""")
url = f"imap://127.0.0.1:{port}/"
write("muttrc", f"""set folder={url}
set spoolfile={url}INBOX
set imap_user=me
set imap_pass=secret
set sort=mailbox-order
set mail_check=0
set imap_keepalive=0
set wait_key=no
set quit=yes
set delete=no
set move=no
set confirmcreate=no
set dotlock_program=/bin/true
set tmpdir=.
""")
