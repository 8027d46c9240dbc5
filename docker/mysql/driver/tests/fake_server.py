"""A server of one behaviour, for the driver's tests: fake_server.py SOCKET BEHAVIOUR...

Prints "ready" when it listens. Each behaviour is for one connection, in their order:
  garbage   greets with bytes that are not the protocol
  refuses   greets with an ERR packet
  closes    shakes hands, and closes the connection at the first command
  error     shakes hands, and answers the first command with an ERR packet
  silent    shakes hands, and does not answer
  splits    shakes hands, and answers everything with OK, a byte at a time, until the client goes
After the last one the socket is no longer listened to.
"""
import socket
import sys

GREETING = b"\x0a10.11.18-fake\0" + b"\1\0\0\0" + b"12345678" + b"\0" * 40


def frame(sequence, payload):
    return len(payload).to_bytes(3, "little") + bytes([sequence]) + payload


def serve(connection, behaviour):
    if behaviour == "garbage":
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    elif behaviour == "refuses":
        connection.sendall(frame(0, b"\xff\x10\x04Too many connections"))
    else:
        connection.sendall(frame(0, GREETING))
        connection.recv(4096)
        connection.sendall(frame(2, b"\0\0\0\2\0\0\0"))
        while connection.recv(4096):
            if behaviour == "closes":
                return
            if behaviour == "error":
                connection.sendall(frame(1, b"\xff\x28\x04#42000No such thing"))
            if behaviour == "splits":
                for byte in frame(1, b"\0\0\0\2\0\0\0"):
                    connection.sendall(bytes([byte]))


listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen(8)
print("ready", flush=True)
for index, behaviour in enumerate(sys.argv[2:]):
    connection, _ = listener.accept()
    if index == len(sys.argv) - 3:
        listener.close()
    try:
        serve(connection, behaviour)
    except ConnectionError:
        pass
    connection.close()
