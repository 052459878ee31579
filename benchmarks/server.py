"""A bare HTTP/1.1 server on the loopback interface. It prints its port, and answers each route with fixed JSON."""

from __future__ import annotations

import re
import selectors
import socket
from dataclasses import dataclass

_ANSWERS = {
    b"/events": b"{}",
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

    def receive(self, data: bytes) -> None:
        """Take what has come, and answer the request when it is whole."""
        if self.left:
            self.left -= len(data)
        else:
            head, end, body = (self.head + data).partition(b"\r\n\r\n")
            if not end:
                self.head = head
                return
            length = _LENGTH.search(head)
            self.answer = _answer(head)
            self.head = b""
            self.left = max(0, (int(length[1]) if length else 0) - len(body))
        if not self.left:
            self.socket.send(self.answer)


def _answer(head: bytes) -> bytes:
    words = head.split(b" ", 2)
    for end, body in _ANSWERS.items():
        if b"\r\nTransfer-Encoding:" not in head and words[1:] and words[1].endswith(end):
            return _response(b"200 OK", body)
    return _response(b"400 Bad Request", b"{}")


def _response(status: bytes, body: bytes) -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body)


def serve(listener: socket.socket) -> None:
    """Answer until the process ends."""
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.data is None:
                peer, _ = listener.accept()
                peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                selector.register(peer, selectors.EVENT_READ, Connection(peer))
            elif not _receive(key.data):
                selector.unregister(key.data.socket)
                key.data.socket.close()


def _receive(connection: Connection) -> bool:
    try:
        data = connection.socket.recv(_CHUNK)
        if data:
            connection.receive(data)
    except ConnectionError:
        return False
    return bool(data)


if __name__ == "__main__":
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as bound:
        print(bound.getsockname()[1], flush=True)
        serve(bound)
