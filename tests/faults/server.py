"""A server of faults on a loopback socket: a script says what it does with each request."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Literal

from faults.calls import answer_to

Reads = Literal["nothing", "first byte", "head", "half", "all"]
Ends = Literal["keeps", "closes", "half-closes", "resets", "hangs", "stalls"]
Fate = Literal["refused", "busy", "moved", "lost", "failed", "late", "final", "done"]

PATIENCE = 3.0
"""The seconds after which the server gives up on a client that does neither send nor hang up."""
PACE = 0.008
"""The seconds between two pieces of what is dribbled."""

_NO_LINGER = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Request:
    """What arrived of a request whose head was complete."""

    number: int
    method: str
    path: str
    headers: dict[str, str] = field(repr=False)
    body: bytes
    acted: bool
    """Whether it had an effect: it was read in full, and not refused."""


NOBODY = Request(0, "", "", {}, b"", acted=False)
"""The request that was not read."""

Sends = Callable[["Server", Request], Iterable[bytes]]


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """What the server does with one request."""

    fate: Fate
    """What that means for the request; `refused` closes the port, until the client has waited once."""
    sends: Sends = lambda _server, _request: ()
    reads: Reads = "all"
    ends: Ends = "keeps"

    @property
    def acts(self) -> bool:
        """Whether a request that was read in full has an effect."""
        return self.reads == "all" and (self.fate in ("lost", "failed", "late", "done"))

    @property
    def touches(self) -> bool:
        """Whether the request may have had an effect, for all that the client can know."""
        return self.fate in ("lost", "failed", "late", "done")

    @property
    def is_transient(self) -> bool:
        """Whether another attempt may go well."""
        return self.fate in ("refused", "busy", "lost", "failed")


class Server:
    """A server that plays its script, a step a request, and then answers every request as Customer.io would."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.struck: list[Step] = []
        self.connections = 0
        self.on_request: Callable[[], object] = lambda: None
        self._released = threading.Event()
        self._script: deque[Step] = deque()
        self._seen = 0
        self._change = threading.Lock()
        self._gate = threading.Lock()
        self._handlers: dict[threading.Thread, socket.socket] = {}
        self._listener = _bound(0)
        self.port: int = self._listener.getsockname()[1]
        self._accepting: threading.Thread | None = None
        self._listen()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def refuses(self) -> bool:
        """Whether the port is closed."""
        return self._accepting is None

    @property
    def open(self) -> int:
        """How many connections are open, once those that the client has closed have been seen to be."""
        self._released.set()
        return len(self._left(PATIENCE / 2))

    def play(self, *script: Step) -> None:
        """Begin a script, and forget what there was."""
        with self._change:
            self._script = deque(script)
            self.requests, self.struck, self._seen = [], [], 0
            self._released.clear()
            self._listen_or_not()

    def client_went_on(self) -> None:
        """Go on to the next step, where the client has found the port closed since it last went on."""
        with self._change:
            was_refused = len(self.struck) == self._seen or self.struck[-1].fate == "moved"
            if self.refuses and was_refused:
                self.struck.append(self._script.popleft())
                self._listen_or_not()
            self._seen = len(self.struck)

    def hang_up(self) -> None:
        """Close every connection, as a server does with those that are idle."""
        self._released.set()
        with self._gate:
            connections = list(self._handlers.values())
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._left(PATIENCE)

    def settle(self) -> None:
        """Wait until all that was sent has been read."""
        self._left(PATIENCE)

    def close(self) -> None:
        """Close everything."""
        self._stop_listening()
        self._listener.close()
        self.hang_up()

    def _left(self, seconds: float) -> list[threading.Thread]:
        end = time.monotonic() + seconds
        with self._gate:
            handlers = list(self._handlers)
        for handler in handlers:
            handler.join(max(0.0, end - time.monotonic()))
        left = [handler for handler in handlers if handler.is_alive()]
        with self._gate:
            for handler in set(handlers) - set(left):
                self._handlers.pop(handler, None)
        return left

    def _listen_or_not(self) -> None:
        refuses = bool(self._script) and self._script[0].fate == "refused"
        if refuses and not self.refuses:
            self._stop_listening()
            self._listener = _bound(self.port)
        elif self.refuses and not refuses:
            self._listen()

    def _listen(self) -> None:
        self._listener.listen(128)
        self._accepting = threading.Thread(target=self._accept, args=(self._listener,), daemon=True)
        self._accepting.start()

    def _stop_listening(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        if self._accepting is not None:
            self._accepting.join(PATIENCE)
            self._accepting = None

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                self.connections += 1
                handler = threading.Thread(target=self._serve, args=(connection,), daemon=True)
                with self._gate:
                    self._handlers[handler] = connection
                    handler.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            step = self._take_if_it_reads_nothing()
            while step or connection.recv(1, socket.MSG_PEEK):
                step = step or self._take()
                self._play(step, connection)
                if step.ends == "stalls":
                    self._released.wait(PATIENCE)
                if step.ends != "keeps" or self.refuses:
                    return _end(connection, step.ends)
                step = None
        return None

    def _take_if_it_reads_nothing(self) -> Step | None:
        with self._change:
            first = self._script[0] if self._script else OK
        return self._take() if first.reads == "nothing" else None

    def _take(self) -> Step:
        with self._change:
            step = self._script.popleft() if self._script else OK
            self.struck.append(step)
            self._listen_or_not()
            return step

    def _play(self, step: Step, connection: socket.socket) -> None:
        request = NOBODY
        if step.reads not in ("nothing", "first byte"):
            request = self._read(step, connection)
            self.requests.append(request)
            self.on_request()
        for piece in step.sends(self, request):
            connection.sendall(piece)

    def _read(self, step: Step, connection: socket.socket) -> Request:
        head, body = _read_head(connection)
        line, *fields = head.decode().split("\r\n")
        method, path, _ = line.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in fields)}
        if headers.get("transfer-encoding") == "chunked":
            body = _read_chunks(connection, body)
        length = int(headers.get("content-length", "0"))
        wanted = {"head": 0, "half": length // 2}.get(step.reads, length)
        while len(body) < wanted:
            body += _receive(connection)
        return Request(len(self.requests) + 1, method, path, headers, body, step.acts)


def _bound(port: int) -> socket.socket:
    """A socket that holds a port: it refuses until it listens."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    return listener


def _read_head(connection: socket.socket) -> tuple[bytes, bytes]:
    received = b""
    while b"\r\n\r\n" not in received:
        received += _receive(connection)
    head, _, rest = received.partition(b"\r\n\r\n")
    return head, rest


def _read_chunks(connection: socket.socket, received: bytes) -> bytes:
    body = b""
    while True:
        while b"\r\n" not in received:
            received += _receive(connection)
        size, _, received = received.partition(b"\r\n")
        length = int(size, 16)
        while len(received) < length + 2:
            received += _receive(connection)
        if not length:
            return body
        body, received = body + received[:length], received[length + 2 :]


def _receive(connection: socket.socket) -> bytes:
    received = connection.recv(65_536)
    if not received:
        raise ConnectionResetError
    return received


def _drain(connection: socket.socket) -> None:
    """Read until the client hangs up, or for too long."""
    connection.settimeout(PATIENCE)
    with suppress(TimeoutError):
        while connection.recv(65_536):
            pass


def _end(connection: socket.socket, how: Ends) -> None:
    if how in ("hangs", "stalls"):
        _drain(connection)
    elif how == "resets":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    elif how == "half-closes":
        connection.shutdown(socket.SHUT_WR)
        _drain(connection)


# --- What a step sends ------------------------------------------------------------------------------------------------


def success(request: Request) -> bytes:
    """What Customer.io answers to a request."""
    return json.dumps(answer_to(request.method, request.path)).encode()


def head(server: Server, request: Request, status: int, headers: dict[str, str]) -> bytes:
    """The head of an answer. It announces the end of the connection, where the port is about to be closed."""
    fields = {"X-Request": str(request.number), **headers, **({"Connection": "close"} if server.refuses else {})}
    lines = [f"HTTP/1.1 {status} {_reason(status)}", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _reason(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Unknown"


def whole(status: int = 200, body: bytes | None = None, **headers: str) -> Sends:
    """An answer; without a body, that of a success, or the words of a refusal."""

    def send(server: Server, request: Request) -> Iterator[bytes]:
        refusal = b'{"meta":{"error":"no"}}'
        content = body if body is not None else success(request) if 200 <= status < 300 else refusal
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        yield head(server, request, status, {"Content-Length": str(len(content)), **fields}) + content

    return send


def chunked(status: int, *chunks: bytes, last: bytes = b"0\r\n\r\n") -> Sends:
    """An answer in chunks."""

    def send(server: Server, request: Request) -> Iterator[bytes]:
        yield head(server, request, status, {"Transfer-Encoding": "chunked"})
        for chunk in chunks or (success(request),):
            yield b"%x\r\n%b\r\n" % (len(chunk), chunk)
        yield last

    return send


def raw(*pieces: bytes) -> Sends:
    """Bytes that are no answer, or not one of HTTP."""
    return lambda _server, _request: pieces


def endless(chunk: bytes = b" " * 65_536, most: int = 2_000) -> Sends:
    """An answer in chunks that goes on for as long as anybody reads."""

    def send(server: Server, request: Request) -> Iterator[bytes]:
        yield head(server, request, 200, {"Transfer-Encoding": "chunked"})
        for _ in range(most):
            yield b"%x\r\n%b\r\n" % (len(chunk), chunk)

    return send


def cut(sends: Sends, at: Callable[[bytes], int]) -> Sends:
    """What goes out of an answer before it is cut."""

    def send(server: Server, request: Request) -> Iterator[bytes]:
        answer = b"".join(sends(server, request))
        yield answer[: at(answer)]

    return send


def dribbled(sends: Sends, start: Callable[[bytes], int] = lambda _: 0) -> Sends:
    """An answer that goes out a byte at a time, but for its start."""

    def send(server: Server, request: Request) -> Iterator[bytes]:
        answer = b"".join(sends(server, request))
        at = start(answer)
        yield answer[:at]
        for index in range(at, len(answer)):
            time.sleep(PACE)
            yield answer[index : index + 1]

    return send


def after(first: Iterable[bytes], sends: Sends, pace: float = 0.0) -> Sends:
    """An answer that something else comes before."""

    def send(server: Server, request: Request) -> Iterator[bytes]:
        for piece in first:
            time.sleep(pace)
            yield piece
        yield from sends(server, request)

    return send


def redirect(status: int, location: Callable[[Server, Request], str] | None) -> Sends:
    """A redirect."""

    def send(server: Server, request: Request) -> Iterable[bytes]:
        headers = {"Location": location(server, request)} if location else {}
        return whole(status, b"", **headers)(server, request)

    return send


def both(*answers: Sends) -> Sends:
    """One answer after another, in one piece."""
    return lambda server, request: [b"".join(piece for sends in answers for piece in sends(server, request))]


# --- The steps --------------------------------------------------------------------------------------------------------

OK = Step("done", whole())
REFUSES = Step("refused")
CLOSES_AT_ONCE = Step("lost", reads="nothing", ends="closes")
CLOSES_EARLY = Step("lost", reads="first byte", ends="closes")
HALF_CLOSES_EARLY = Step("lost", reads="first byte", ends="half-closes")
RESETS_AT_ONCE = Step("lost", reads="nothing", ends="resets")
RESETS_EARLY = Step("lost", reads="first byte", ends="resets")
READS_HALF_AND_CLOSES = Step("lost", reads="half", ends="closes")
READS_HALF_AND_RESETS = Step("lost", reads="half", ends="resets")
READS_AND_CLOSES = Step("lost", ends="closes")
READS_AND_RESETS = Step("lost", ends="resets")
ANSWERS_TWICE = Step("done", both(whole(), whole(200, b'{"stray": true}', X_Request="stray")))
STAYS_SILENT = Step("late", ends="hangs")


def answers(status: int, body: bytes | None = None, **headers: str) -> Step:
    """A step that answers."""
    fate: Fate = "final"
    if status == 429:
        fate = "busy"
    elif status in (408, 500, 502, 503, 504, 522, 524):
        fate = "failed"
    elif 200 <= status < 300 or status >= 500:
        fate = "done"
    return Step(fate, whole(status, body, **headers))


def moves(status: int, location: Callable[[Server, Request], str] | None) -> Step:
    """A step that redirects."""
    return Step("moved", redirect(status, location))
