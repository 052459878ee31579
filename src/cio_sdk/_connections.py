"""The connections of a client: those of httpcore, the idle ones on a stack.

A pool of httpx looks at all its connections for every request, which is slow where many calls run at once, and
sends the head and the body of a request in two packets, which is slow where one call follows another.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from functools import cached_property
from typing import Any, Generic, TypeVar
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from cio_sdk._exchange import ClosedError, Outcome, Send
from cio_sdk._reading import PartialAnswer
from cio_sdk.options import is_loopback

MAX_CONNECTIONS = 100
IDLE_SECONDS = 15.0
_ERRORS = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    httpcore.ConnectionNotAvailable,
)

ConnectionT = TypeVar("ConnectionT", bound="httpcore.HTTPConnection | httpcore.AsyncHTTPConnection")


class Origin:
    """One host: what all connections and all requests to it have in common."""

    def __init__(self, url: str) -> None:
        parsed = httpx.URL(url)
        self.is_tls = parsed.scheme == "https"
        self.host = parsed.host
        self._url = (parsed.raw_scheme, parsed.raw_host, parsed.port)
        self._host_header = parsed.netloc
        self._headers: dict[tuple[str, ...], list[tuple[bytes, bytes]]] = {}

    @cached_property
    def tls(self) -> Any:
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

    @cached_property
    def address(self) -> httpcore.Origin:
        """The host, as connections name it."""
        scheme, host, port = self._url
        return httpcore.Origin(scheme, host, port or (443 if self.is_tls else 80))

    def request(self, send: Send, trace: Any) -> httpcore.Request:
        """Build a request from what all requests to this host have in common."""
        scheme, host, port = self._url
        headers = self._headers_of(send.headers)
        body = send.body
        if body is not None:
            headers = [*headers, (b"Content-Length", b"%d" % len(body))]
        extensions: dict[str, Any] = {"timeout": send.deadline}
        if trace is not None:
            extensions["trace"] = trace
        url = httpcore.URL(scheme=scheme, host=host, port=port, target=send.target.encode("ascii"))
        return httpcore.Request(send.method, url, headers=headers, content=body, extensions=extensions)

    def _headers_of(self, given: dict[str, str]) -> list[tuple[bytes, bytes]]:
        key = (*given, *given.values())
        headers = self._headers.get(key)
        if headers is None:
            if len(self._headers) > 16:
                self._headers.clear()
            encoded = ((name.encode("ascii"), value.encode("ascii")) for name, value in given.items())
            headers = self._headers[key] = [(b"Host", self._host_header), *encoded]
        return headers


class _Stack(Generic[ConnectionT]):
    """The connections to one host. The last one given back is the first one taken."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.is_closed = False
        self._all: set[ConnectionT] = set()
        self._idle: deque[tuple[ConnectionT, float]] = deque()

    @property
    def is_open(self) -> bool:
        """Whether there is a connection to close."""
        return bool(self._all)

    def _pop(self) -> ConnectionT | None:
        if self.is_closed:
            raise ClosedError
        return self._idle.pop()[0] if self._idle else None

    def _push(self, connection: ConnectionT) -> ConnectionT | None:
        """Put back a connection. Return one to close: this one if it was let go, or one that was idle for too long."""
        if connection not in self._all:
            return connection
        now = time.monotonic()
        self._idle.append((connection, now))
        if now - self._idle[0][1] < IDLE_SECONDS:
            return None
        stale, _ = self._idle.popleft()
        self._all.remove(stale)
        return stale

    def _let_go(self) -> list[ConnectionT]:
        self.is_closed = True
        connections = list(self._all)
        self._all.clear()
        self._idle.clear()
        return connections


class Pool(_Stack[httpcore.HTTPConnection]):
    """The connections of a blocking client to one host."""

    def __init__(self, origin: Origin) -> None:
        super().__init__(origin)
        self._change = threading.Condition(threading.Lock())
        self._backend = _Backend()

    def attempt(self, send: Send) -> Outcome:
        """Send a request, and return its answer or what went wrong."""
        try:
            connection = self._take(send.deadline.left())
        except httpx.HTTPError as error:
            return error
        try:
            request = self.origin.request(send, send.trace.record if send.trace else None)
            outcome = _read(connection.handle_request(request), send)
        except BaseException as error:
            self._discard(connection)
            if isinstance(error, _ERRORS):
                return _as_httpx(error)
            raise
        if connection.is_idle():
            self._give_back(connection)
        else:
            self._discard(connection)
        return outcome

    def close(self) -> None:
        """Close every connection."""
        with self._change:
            connections = self._let_go()
            self._change.notify_all()
        for connection in connections:
            connection.close()

    def _take(self, seconds: float) -> httpcore.HTTPConnection:
        """Return a connection that nobody else has; wait so many seconds for one where all are taken."""
        while True:
            with self._change:
                if not self._is_free() and not self._change.wait_for(self._is_free, seconds):
                    raise httpx.PoolTimeout("all connections are busy")
                connection = self._pop()
                if connection is None:
                    return self._open()
            if not connection.has_expired():
                return connection
            self._discard(connection)

    def _open(self) -> httpcore.HTTPConnection:
        connection = httpcore.HTTPConnection(
            self.origin.address,
            ssl_context=self.origin.tls,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=self._backend,
        )
        self._all.add(connection)
        return connection

    def _give_back(self, connection: httpcore.HTTPConnection) -> None:
        with self._change:
            stale = self._push(connection)
            self._change.notify()
        if stale is not None:
            stale.close()

    def _discard(self, connection: httpcore.HTTPConnection) -> None:
        with self._change:
            self._all.discard(connection)
            self._change.notify()
        connection.close()

    def _is_free(self) -> bool:
        return bool(self._idle) or len(self._all) < MAX_CONNECTIONS or self.is_closed


class AsyncPool(_Stack[httpcore.AsyncHTTPConnection]):
    """The connections of an asynchronous client to one host, within one event loop."""

    def __init__(self, origin: Origin) -> None:
        import asyncio  # takes long, and a blocking client does not need it

        super().__init__(origin)
        self._turn = asyncio.Semaphore(MAX_CONNECTIONS)
        self._timeout = asyncio.timeout
        self._backend = _AsyncBackend()

    async def attempt(self, send: Send) -> Outcome:
        """Send a request, and return its answer or what went wrong."""
        try:
            await self._wait_for_turn(send.deadline.left())
        except httpx.HTTPError as error:
            return error
        try:
            return await self._attempt(send)
        finally:
            self._turn.release()

    async def close(self) -> None:
        """Close every connection."""
        for connection in self._let_go():
            await connection.aclose()

    async def _wait_for_turn(self, seconds: float) -> None:
        if not self._turn.locked():
            await self._turn.acquire()
            return
        try:
            async with self._timeout(seconds):
                await self._turn.acquire()
        except TimeoutError:
            raise httpx.PoolTimeout("all connections are busy") from None

    async def _attempt(self, send: Send) -> Outcome:
        try:
            connection = await self._take()
        except ClosedError as error:
            return error
        try:
            request = self.origin.request(send, send.trace.arecord if send.trace else None)
            outcome = await _aread(await connection.handle_async_request(request), send)
        except BaseException as error:
            await self._discard(connection)
            if isinstance(error, _ERRORS):
                return _as_httpx(error)
            raise
        if not connection.is_idle():
            await self._discard(connection)
        elif stale := self._push(connection):
            await stale.aclose()
        return outcome

    async def _take(self) -> httpcore.AsyncHTTPConnection:
        while (connection := self._pop()) is not None:
            if not connection.has_expired():
                return connection
            await self._discard(connection)
        connection = httpcore.AsyncHTTPConnection(
            self.origin.address,
            ssl_context=self.origin.tls,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=self._backend,
        )
        self._all.add(connection)
        return connection

    async def _discard(self, connection: httpcore.AsyncHTTPConnection) -> None:
        self._all.discard(connection)
        await connection.aclose()


def _read(response: httpcore.Response, send: Send) -> Outcome:
    answer = PartialAnswer(send, response.status, response.headers)
    try:
        for chunk in answer.decoded(response.stream):
            answer.add(chunk)
    except httpx.HTTPError as error:
        return answer.broken(error)
    except _ERRORS as error:
        return answer.broken(_as_httpx(error))
    finally:
        response.close()
    return answer.whole()


async def _aread(response: httpcore.Response, send: Send) -> Outcome:
    answer = PartialAnswer(send, response.status, response.headers)
    try:
        async for chunk in answer.adecoded(response.stream):
            answer.add(chunk)
    except httpx.HTTPError as error:
        return answer.broken(error)
    except _ERRORS as error:
        return answer.broken(_as_httpx(error))
    finally:
        await response.aclose()
    return answer.whole()


def _as_httpx(error: Exception) -> httpx.HTTPError:
    """Return the error of httpx for one of httpcore."""
    name = "ConnectError" if isinstance(error, httpcore.ConnectionNotAvailable) else type(error).__name__
    result: httpx.HTTPError = getattr(httpx, name)(str(error))
    result.__cause__ = error
    return result


# --- Writing a request in one packet ---------------------------------------------------------------------------------


class _Stream(httpcore.NetworkStream):
    """What is written waits until something is read, so that the head and the body leave together."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        self._written = b""

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._written += buffer

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._written:
            written, self._written = self._written, b""
            self._stream.write(written, timeout)
        return self._stream.read(max_bytes, timeout)

    def close(self) -> None:
        self._stream.close()

    def start_tls(self, *args: Any, **options: Any) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(*args, **options))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _AsyncStream(httpcore.AsyncNetworkStream):
    """What is written waits until something is read, so that the head and the body leave together."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream
        self._written = b""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002, ASYNC109
        self._written += buffer

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        if self._written:
            written, self._written = self._written, b""
            await self._stream.write(written, timeout)
        return await self._stream.read(max_bytes, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(self, *args: Any, **options: Any) -> httpcore.AsyncNetworkStream:
        return _AsyncStream(await self._stream.start_tls(*args, **options))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore.SyncBackend):
    def connect_tcp(self, *args: Any, **options: Any) -> httpcore.NetworkStream:
        return _Stream(super().connect_tcp(*args, **options))


class _AsyncBackend(httpcore.AnyIOBackend):
    async def connect_tcp(self, *args: Any, **options: Any) -> httpcore.AsyncNetworkStream:
        return _AsyncStream(await super().connect_tcp(*args, **options))
