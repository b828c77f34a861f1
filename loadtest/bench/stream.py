"""A client and an upstream on bare sockets that stream a GiB, or stop reading in the middle of it."""

import socket
import threading
import time

CHUNK = bytes(range(256)) * 256  # 64 KiB
SOCKET_SECONDS_MAX = 120


class Upstream:
    """Answers GET with `size` octets and reads the body of anything else; counts what went through."""

    def __init__(self, size):
        self.size = size
        self.sent = 0
        self.received = 0
        self.reading = threading.Event()
        self.reading.set()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection:
            try:
                while True:
                    head = read_head(connection)
                    if not head:
                        return
                    if head.startswith(b"GET /small"):
                        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
                    elif head.startswith(b"GET"):
                        self._send(connection)
                    else:
                        self._receive(connection)
            except OSError:
                return

    def _send(self, connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % self.size)
        while self.sent < self.size:
            self.sent += connection.send(CHUNK[: self.size - self.sent])

    def _receive(self, connection):
        while self.received < self.size:
            self.reading.wait()
            part = connection.recv(len(CHUNK))
            if not part:
                return
            self.received += len(part)
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")

    def close(self):
        self.reading.set()
        self.listener.close()


def read_head(connection):
    """Octet by octet: what follows the head belongs to the body."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        octet = connection.recv(1)
        if not octet:
            return b""
        head += octet
    return head


class Client:
    """One connection to the proxy."""

    def __init__(self, port):
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=SOCKET_SECONDS_MAX)
        self.transferred = 0

    def download(self, stop_after=None):
        """Reads the answer to a GET; with `stop_after`, only that many octets of it."""
        self.connection.sendall(b"GET /big HTTP/1.1\r\nhost: bigbody\r\n\r\n")
        head = read_head(self.connection)
        size = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        goal = size if stop_after is None else stop_after
        while self.transferred < goal:
            part = self.connection.recv(min(len(CHUNK), goal - self.transferred))
            if not part:
                raise OSError(f"the proxy closed after {self.transferred} octets")
            self.transferred += len(part)

    def upload(self, size):
        """Sends a POST and waits for its answer. Counts what the kernel took from us."""
        self.connection.sendall(b"POST /big HTTP/1.1\r\nhost: bigbody\r\ncontent-length: %d\r\n\r\n" % size)
        while self.transferred < size:
            self.transferred += self.connection.send(CHUNK[: size - self.transferred])
        if not read_head(self.connection).startswith(b"HTTP/1.1 200"):
            raise OSError("the upload was not answered with 200")

    def close(self):
        self.connection.close()


def settled(counter, quiet_seconds=1.5, seconds_max=20):
    """Waits until a counter stands still, and tells its value."""
    value, since = counter(), time.monotonic()
    deadline = since + seconds_max
    while time.monotonic() < deadline and time.monotonic() - since < quiet_seconds:
        time.sleep(0.05)
        if counter() != value:
            value, since = counter(), time.monotonic()
    return value
