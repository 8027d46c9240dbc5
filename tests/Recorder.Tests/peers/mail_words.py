"""What stands in a test's message, and in no other one: shared by mail.py, which writes it, and terminal.py, which waits for it."""
import hashlib

LETTERS = str.maketrans("0123456789abcdef", "ghijklmnopqrstuv")


def words(number):
    """24 letters; none is where its neighbour's message has the same one, which a terminal would not be sent again."""
    text = hashlib.sha256(b"%d" % number).hexdigest()[:24]
    return text.translate(LETTERS) if number % 2 else text
