"""A small load generator for this machine alone: so many connections kept open, asking for one page again and again."""

import socket
import threading
import time
from urllib.parse import urlsplit

LOOPBACK = "127.0.0.1"
PATIENCE_S = 30.0


class Asker(threading.Thread):
    """One connection. Counts the answers with the status 200 that came until it is time to stop."""

    def __init__(self, address: str, cookie: str, until: float) -> None:
        """Ask for an address on the loopback until an instant of the monotonic clock."""
        super().__init__(daemon=True)
        parts = urlsplit(address)
        assert parts.hostname == LOOPBACK, "only this machine is ever put under load"
        self.port, self.until, self.answers, self.wrong = parts.port or 80, until, 0, ""
        lines = [f"GET {parts.path} HTTP/1.1", f"Host: {LOOPBACK}:{self.port}", f"Cookie: {cookie}", "", ""]
        self.asking = "\r\n".join(lines).encode()

    def run(self) -> None:
        """Ask, read the whole answer, ask again; a server may close, and is asked anew."""
        while time.monotonic() < self.until:
            with socket.create_connection((LOOPBACK, self.port), PATIENCE_S) as connection:
                while time.monotonic() < self.until and self._ask(connection):
                    self.answers += 1

    def _ask(self, connection: socket.socket) -> bool:
        connection.sendall(self.asking)
        head = b""
        while b"\r\n\r\n" not in head:
            got = connection.recv(65536)
            if not got:
                return False
            head += got
        head, _, body = head.partition(b"\r\n\r\n")
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            self.wrong = head.split(b"\r\n", 1)[0].decode()
            self.until = 0.0
            return False
        left = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]) - len(body)
        while left > 0:
            got = connection.recv(min(left, 1 << 20))
            if not got:
                return False
            left -= len(got)
        return True


def requests_per_second(address: str, *, cookie: str = "", seconds: float = 5.0, connections: int = 8) -> float:
    """How many answers a second a page gives to so many connections at once.

    :raises RuntimeError: if it answers anything but 200.
    """
    began = time.monotonic()
    askers = [Asker(address, cookie, began + seconds) for _ in range(connections)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join(seconds + PATIENCE_S)
    took = time.monotonic() - began
    if wrong := [asker.wrong for asker in askers if asker.wrong]:
        raise RuntimeError(f"{address} answered {wrong[0]}")
    return sum(asker.answers for asker in askers) / took
