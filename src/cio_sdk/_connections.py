"""The connections of a client, each of which one call at a time uses: h11 speaks HTTP, sockets carry it.

httpx's own pool looks at all its connections for every request, and sends the head and the body in two packets.
"""

from __future__ import annotations

import select
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import cache, cached_property
from typing import Generic, TypeVar
from urllib.request import getproxies, proxy_bypass

import h11
import httpx

from cio_sdk._exchange import ClosedError, Deadline, Outcome, Send
from cio_sdk._reading import PartialAnswer
from cio_sdk.options import is_loopback

MAX_CONNECTIONS = 100
IDLE_SECONDS = 15.0
_MAX_HEAD_BYTES = 100_000
_MAX_READ = 65_536
_WITHOUT_BODY = ("GET", "DELETE")

ConnectionT = TypeVar("ConnectionT")


class Origin:
    """One host: what all connections and all requests to it have in common."""

    def __init__(self, url: str) -> None:
        parsed = httpx.URL(url)
        self.is_tls = parsed.scheme == "https"
        self.host = parsed.raw_host.decode("ascii").strip("[]")
        self.port = parsed.port or (443 if self.is_tls else 80)
        self._netloc = parsed.netloc.decode("ascii")
        self._heads: dict[tuple[str, ...], bytes] = {}

    @cached_property
    def tls(self) -> ssl.SSLContext | None:
        """What checks the certificate of the host; making it takes long, so all connections share it."""
        return httpx.create_ssl_context() if self.is_tls else None

    @cached_property
    def proxy(self) -> str | None:
        """The proxy that the environment names for this host."""
        proxies = getproxies()
        proxy = proxies.get("https" if self.is_tls else "http") or proxies.get("all")
        if not proxy or is_loopback(self.host) or proxy_bypass(self.host):
            return None
        return proxy if "://" in proxy else f"http://{proxy}"

    def head(self, given: dict[str, str]) -> bytes:
        """Return what follows the target in the head of a request: the version, `Host`, and the headers."""
        key = (*given, *given.values())
        head = self._heads.get(key)
        if head is None:
            if len(self._heads) > 16:
                self._heads.clear()
            headers = "".join(f"{name}: {value}\r\n" for name, value in given.items())
            head = self._heads[key] = f" HTTP/1.1\r\nHost: {self._netloc}\r\n{headers}".encode("ascii")
        return head


@cache
def _asked(method: str) -> h11.Request:
    """A request as h11 needs it, to know what is answered; its bytes are not sent."""
    return h11.Request(method=method, target="/", headers=[("Host", "-")])


class Conversation:
    """The HTTP of one connection, without I/O."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self._h11 = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MAX_HEAD_BYTES)
        self._send: Send | None = None
        self._answer: PartialAnswer | None = None

    def request(self, send: Send) -> bytes:
        """Begin a request, and return its bytes."""
        self._send, self._answer = send, None
        # h11 could write it, but takes a while to check headers that are the same each time.
        self._h11.send(_asked(send.method))
        self._h11.send(h11.EndOfMessage())
        head = f"{send.method} {send.target}".encode("ascii") + self._origin.head(send.headers)
        if send.body is None:
            return head + (b"\r\n" if send.method in _WITHOUT_BODY else b"Content-Length: 0\r\n\r\n")
        return b"".join((head, b"Content-Length: %d\r\n\r\n" % len(send.body), send.body))

    def receive(self, data: bytes) -> bool:
        """Take what has arrived, nothing at the end; return whether the answer is complete."""
        self._h11.receive_data(data)
        while True:
            event = self._h11.next_event()
            if event is h11.NEED_DATA:
                return False
            if isinstance(event, h11.Data) and self._answer is not None:
                self._answer.add(event.data)
            elif isinstance(event, h11.Response) and self._send is not None:
                self._answer = PartialAnswer(self._send, event.status_code, event.headers.raw_items())
            elif isinstance(event, h11.EndOfMessage):
                return True
            elif not isinstance(event, h11.InformationalResponse):
                raise h11.RemoteProtocolError("the connection was closed before the answer")
            elif self._send is not None and not self._send.deadline.left():
                raise httpx.ReadTimeout("there was no answer in time")

    def outcome(self, error: httpx.HTTPError | None = None) -> Outcome:
        """Return what came of the request."""
        if self._answer is None:
            return error or httpx.RemoteProtocolError("no answer")
        return self._answer.whole() if error is None else self._answer.broken(error)

    def end(self) -> bool:
        """End a request that was answered; return whether the connection can be used for another."""
        if self._h11.our_state is not h11.DONE or self._h11.their_state is not h11.DONE or self._h11.trailing_data[0]:
            return False
        self._h11.start_next_cycle()
        return True


class Stack(Generic[ConnectionT]):
    """The connections to one host. The last one given back is the first one taken."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self._closed = False
        self._all: set[ConnectionT] = set()
        self._idle: deque[tuple[float, ConnectionT]] = deque()

    @property
    def is_open(self) -> bool:
        """Whether there is a connection to close."""
        return bool(self._all)

    def _pop(self) -> ConnectionT | None:
        try:
            return self._idle.pop()[1]
        except IndexError:
            return None

    def _push(self, connection: ConnectionT) -> None:
        self._idle.append((time.monotonic(), connection))

    def _pop_oldest(self) -> ConnectionT | None:
        """Return a connection that has been idle for too long."""
        try:
            is_old = self._idle[0][0] < time.monotonic() - IDLE_SECONDS
            return self._idle.popleft()[1] if is_old else None
        except IndexError:
            return None


class _Connection:
    """A socket, and the HTTP that it carries."""

    def __init__(self, origin: Origin, send: Send) -> None:
        """Connect."""
        try:
            self._socket = socket.create_connection((origin.host, origin.port), send.deadline["connect"])
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if origin.tls is not None:
                self._socket.settimeout(send.deadline["connect"])
                self._socket = origin.tls.wrap_socket(self._socket, server_hostname=origin.host)
        except TimeoutError as error:
            raise httpx.ConnectTimeout(str(error)) from error
        except OSError as error:
            raise httpx.ConnectError(str(error)) from error
        # With a timeout of its own, a socket asks the system three times where it is asked once here.
        self._socket.settimeout(0)
        self._http = Conversation(origin)
        self._is_readable = _readiness(self._socket, writing=False)

    def exchange(self, send: Send) -> Outcome:
        """Send a request, and return its answer or what went wrong."""
        lost: httpx.HTTPError | None = None
        try:
            self._write(self._http.request(send), send.deadline)
        except TimeoutError as error:
            return caused(httpx.WriteTimeout(str(error)), error)
        except OSError as error:
            lost = caused(httpx.WriteError(str(error)), error)  # the answer may have come before the end
        try:
            while not self._http.receive(self._read(send.deadline)):
                pass
            return self._http.outcome()
        except TimeoutError as error:
            return self._http.outcome(lost or caused(httpx.ReadTimeout(str(error)), error))
        except OSError as error:
            return self._http.outcome(lost or caused(httpx.ReadError(str(error)), error))
        except h11.RemoteProtocolError as error:
            return self._http.outcome(lost or httpx.RemoteProtocolError(str(error)))
        except httpx.HTTPError as error:
            return self._http.outcome(error)

    def end(self) -> bool:
        """End a request that was answered; return whether the connection can be used for another."""
        return self._http.end()

    def is_stale(self) -> bool:
        """Whether the server has closed the idle connection, or has sent what nobody asked for."""
        return self._is_readable(0)

    def close(self) -> None:
        """Close the socket, and wake who waits for it."""
        with suppress(OSError):
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)  # not that of TLS, which is not for two threads
        self._socket.close()

    def _write(self, data: bytes, deadline: Deadline) -> None:
        left = memoryview(data)
        while left:
            try:
                left = left[self._socket.send(left) :]
            except (BlockingIOError, ssl.SSLWantWriteError):
                self._wait(_readiness(self._socket, writing=True), deadline)
            except ssl.SSLWantReadError:
                self._wait(self._is_readable, deadline)

    def _read(self, deadline: Deadline) -> bytes:
        while True:
            if not (isinstance(self._socket, ssl.SSLSocket) and self._socket.pending()):
                self._wait(self._is_readable, deadline)
            with suppress(BlockingIOError, ssl.SSLWantReadError):
                return self._socket.recv(_MAX_READ)

    def _wait(self, is_ready: Callable[[float], bool], deadline: Deadline) -> None:
        if not is_ready(deadline.left()):
            raise TimeoutError("timed out")


class Pool(Stack[_Connection]):
    """The connections of a blocking client to one host."""

    def __init__(self, origin: Origin) -> None:
        super().__init__(origin)
        self._turn = threading.BoundedSemaphore(MAX_CONNECTIONS)

    def attempt(self, send: Send) -> Outcome:
        """Send a request, and return its answer or what went wrong."""
        if not self._turn.acquire(timeout=send.deadline["pool"]):
            return httpx.PoolTimeout("all connections are busy")
        try:
            return self._attempt(send)
        except httpx.HTTPError as error:
            return error
        finally:
            self._turn.release()

    def close(self) -> None:
        """Close every connection."""
        self._closed = True
        for connection in list(self._all):
            self._discard(connection)

    def _attempt(self, send: Send) -> Outcome:
        connection = self._take(send)
        is_reusable = False
        try:
            outcome = connection.exchange(send)
            is_reusable = connection.end() and not self._closed
        finally:
            if is_reusable:
                self._push(connection)
            else:
                self._discard(connection)
        return outcome

    def _take(self, send: Send) -> _Connection:
        """Return a connection that nobody else has."""
        while (connection := self._pop_oldest()) is not None:
            self._discard(connection)
        while (connection := self._pop()) is not None and connection.is_stale():
            self._discard(connection)
        if connection is None and not self._closed:
            connection = _Connection(self._origin, send)
            self._all.add(connection)
        if connection is None or self._closed:
            if connection is not None:
                self._discard(connection)
            raise ClosedError
        return connection

    def _discard(self, connection: _Connection) -> None:
        self._all.discard(connection)
        connection.close()


def _readiness(of: socket.socket, *, writing: bool) -> Callable[[float], bool]:
    """Return what waits so many seconds until a socket can be read or written, and says whether it can."""
    if not hasattr(select, "poll"):
        read, write = ([], [of]) if writing else ([of], [])
        return lambda seconds: any(select.select(read, write, [], seconds))
    poll = select.poll()
    poll.register(of, select.POLLOUT if writing else select.POLLIN)
    return lambda seconds: bool(poll.poll(seconds * 1_000))


def caused(error: httpx.HTTPError, cause: Exception) -> httpx.HTTPError:
    """Return the error with what is behind it."""
    error.__cause__ = cause
    return error
