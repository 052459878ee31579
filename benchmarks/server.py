"""A bare HTTP/1.1 server on the loopback interface. It prints its port, and answers each route with fixed JSON.

It answers at once, or after the seconds that its argument says.
"""

from __future__ import annotations

import re
import selectors
import socket
import sys
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass

_ANSWERS = {
    b"/events": b"{}",
    b"/api/v2/batch": b"{}",
    b"/v1/send/email": b'{"delivery_id":"RPILAgUBcRhIBqSfeiIwdIYJKxTY","queued_at":1767139200}',
    b"/accounts/region": b'{"url":"https://track.customer.io","data_center":"us","environment_id":42}',
}
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNK = 1 << 20


@dataclass(slots=True)
class Connection:
    """A connection within a request: what has come of its head, and how much of its body has not."""

    socket: socket.socket
    head: bytes = b""
    left: int = 0
    answer: bytes = b""

    def receive(self, data: bytes) -> bool:
        """Take what has come, and say whether the request is whole."""
        if self.left:
            self.left -= len(data)
        else:
            head, end, body = (self.head + data).partition(b"\r\n\r\n")
            if not end:
                self.head = head
                return False
            length = _LENGTH.search(head)
            self.answer = _answer(head)
            self.head = b""
            self.left = max(0, (int(length[1]) if length else 0) - len(body))
        return not self.left


def _answer(head: bytes) -> bytes:
    words = head.split(b" ", 2)
    for end, body in _ANSWERS.items():
        if b"\r\nTransfer-Encoding:" not in head and words[1:] and words[1].endswith(end):
            return _response(b"200 OK", body)
    return _response(b"400 Bad Request", b"{}")


def _response(status: bytes, body: bytes) -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body)


def serve(listener: socket.socket, delay: float) -> None:
    """Answer until the process ends."""
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    waiting: deque[tuple[float, Connection]] = deque()
    while True:
        for key, _ in selector.select(max(0.0, waiting[0][0] - time.monotonic()) if waiting else None):
            if key.data is None:
                peer, _ = listener.accept()
                peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                selector.register(peer, selectors.EVENT_READ, Connection(peer))
                continue
            data = _received(key.data)
            if not data:
                selector.unregister(key.data.socket)
                key.data.socket.close()
            elif key.data.receive(data):
                if delay:
                    waiting.append((time.monotonic() + delay, key.data))
                else:
                    _send(key.data)
        while waiting and waiting[0][0] <= time.monotonic():
            _send(waiting.popleft()[1])


def _received(connection: Connection) -> bytes:
    try:
        return connection.socket.recv(_CHUNK)
    except ConnectionError:
        return b""


def _send(connection: Connection) -> None:
    with suppress(OSError):
        connection.socket.send(connection.answer)


if __name__ == "__main__":
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as bound:
        print(bound.getsockname()[1], flush=True)
        serve(bound, float(sys.argv[1]) if sys.argv[1:] else 0.0)
