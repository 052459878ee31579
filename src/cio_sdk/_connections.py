"""The connections of a client: a transport each, the idle ones on a stack.

A pool of httpx looks at all its connections for every request, which is slow where many calls run at once.
A pool of one connection has nothing to look at.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from functools import cached_property
from typing import Any, Generic, TypeVar
from urllib.request import getproxies, proxy_bypass

import httpx

from cio_sdk._exchange import ClosedError, Send
from cio_sdk.options import is_loopback

TransportT = TypeVar("TransportT", bound="httpx.BaseTransport | httpx.AsyncBaseTransport")

_MAX_CONNECTIONS = 100
_IDLE_SECONDS = 15.0
_ONE = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=_IDLE_SECONDS)
_MANY = httpx.Limits(max_connections=_MAX_CONNECTIONS, keepalive_expiry=_IDLE_SECONDS)


class Origin:
    """One host: what all connections and all requests to it have in common."""

    def __init__(self, url: str) -> None:
        self.url = httpx.URL(url)
        self._headers: dict[tuple[tuple[str, str], ...], httpx.Headers] = {}

    @cached_property
    def tls(self) -> Any:
        """What checks the certificate of the host; making it takes long, so all connections share it."""
        return httpx.create_ssl_context() if self.url.scheme == "https" else False

    @cached_property
    def proxy(self) -> str | None:
        """The proxy that the environment names for this host."""
        proxies = getproxies()
        proxy = proxies.get(self.url.scheme) or proxies.get("all")
        if not proxy or is_loopback(self.url.host) or proxy_bypass(self.url.host):
            return None
        return proxy if "://" in proxy else f"http://{proxy}"

    def request(self, send: Send) -> httpx.Request:
        """Build a request from what all requests to this host have in common."""
        names = tuple(send.headers.items())
        headers = self._headers.get(names)
        if headers is None:
            if len(self._headers) > 16:
                self._headers.clear()
            host = self.url.netloc.decode("ascii")
            headers = self._headers[names] = httpx.Headers([("Host", host), *names])
        body = send.body or b""
        request = httpx.Request(send.method, self.url, headers=headers, stream=httpx.ByteStream(body))
        request.url = _TargetURL(self.url, send.target)
        if body:
            request.headers["Content-Length"] = str(len(body))
        return request


class _Stack(Generic[TransportT]):
    """The transports to one host. The last one given back is the first one taken."""

    def __init__(self) -> None:
        self.is_closed = False
        self._all: set[TransportT] = set()
        self._idle: deque[tuple[TransportT, float]] = deque()

    @property
    def is_open(self) -> bool:
        """Whether there is a transport to close."""
        return bool(self._all)

    def _push(self, transport: TransportT) -> TransportT | None:
        """Put back a transport. Return one to close: this one if it was let go, or one that was idle for too long."""
        if transport not in self._all:
            return transport
        now = time.monotonic()
        self._idle.append((transport, now))
        if now - self._idle[0][1] < _IDLE_SECONDS:
            return None
        stale, _ = self._idle.popleft()
        self._all.remove(stale)
        return stale

    def _pop(self) -> TransportT | None:
        if self.is_closed:
            raise ClosedError
        return self._idle.pop()[0] if self._idle else None

    def _let_go(self) -> list[TransportT]:
        self.is_closed = True
        transports = list(self._all)
        self._all.clear()
        self._idle.clear()
        return transports


class Pool(_Stack[httpx.BaseTransport]):
    """The connections of a blocking client to one host."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.origin = Origin(url)
        self._change = threading.Condition(threading.Lock())

    def take(self, seconds: float) -> httpx.BaseTransport:
        """Return a transport that nobody else has; wait for one so many seconds where all are taken."""
        with self._change:
            if not (self._idle or self._has_room() or self._change.wait_for(self._is_free, seconds)):
                raise httpx.PoolTimeout("all connections are busy")
            if (idle := self._pop()) is not None:
                return idle
            transport = httpx.HTTPTransport(verify=self.origin.tls, proxy=self.origin.proxy, limits=_ONE)
            self._all.add(transport)
            return transport

    def give_back(self, transport: httpx.BaseTransport) -> None:
        """Take back a transport whose request is done."""
        with self._change:
            stale = self._push(transport)
            self._change.notify()
        if stale is not None:
            stale.close()

    def discard(self, transport: httpx.BaseTransport) -> None:
        """Close a transport whose request failed."""
        with self._change:
            self._all.discard(transport)
            self._change.notify()
        transport.close()

    def close(self) -> None:
        """Close every transport."""
        with self._change:
            transports = self._let_go()
            self._change.notify_all()
        for transport in transports:
            transport.close()

    def _has_room(self) -> bool:
        return len(self._all) < _MAX_CONNECTIONS

    def _is_free(self) -> bool:
        return bool(self._idle) or self._has_room() or self.is_closed


class AsyncPool(_Stack[httpx.AsyncBaseTransport]):
    """The connections of an asynchronous client to one host, within one event loop."""

    def __init__(self, url: str) -> None:
        import asyncio  # takes long, and a blocking client does not need it

        super().__init__()
        self.origin = Origin(url)
        self._turn = asyncio.Semaphore(_MAX_CONNECTIONS)
        self._timeout = asyncio.timeout

    async def take(self, seconds: float) -> httpx.AsyncBaseTransport:
        """Return a transport that nobody else has; wait for one so many seconds where all are taken."""
        if self._turn.locked():
            try:
                async with self._timeout(seconds):
                    await self._turn.acquire()
            except TimeoutError:
                raise httpx.PoolTimeout("all connections are busy") from None
        else:
            await self._turn.acquire()
        try:
            if (idle := self._pop()) is not None:
                return idle
        except ClosedError:
            self._turn.release()
            raise
        transport = httpx.AsyncHTTPTransport(verify=self.origin.tls, proxy=self.origin.proxy, limits=_ONE)
        self._all.add(transport)
        return transport

    async def give_back(self, transport: httpx.AsyncBaseTransport) -> None:
        """Take back a transport whose request is done."""
        self._turn.release()
        if stale := self._push(transport):
            await stale.aclose()

    async def discard(self, transport: httpx.AsyncBaseTransport) -> None:
        """Close a transport whose request failed or was cancelled."""
        self._turn.release()
        self._all.discard(transport)
        await transport.aclose()

    async def close(self) -> None:
        """Close every transport."""
        for transport in self._let_go():
            await transport.aclose()


class SharedPool:
    """aiohttp's connections to one host: its transport has a pool of its own, which is fast."""

    def __init__(self, url: str) -> None:
        from cio_sdk._aiohttp import AiohttpTransport

        self.origin = Origin(url)
        self.is_open = True
        self._transport = AiohttpTransport(self.origin.tls, self.origin.proxy, _MANY)

    async def take(self, _seconds: float) -> httpx.AsyncBaseTransport:
        """Return the transport."""
        if not self.is_open:
            raise ClosedError
        return self._transport

    async def give_back(self, _transport: httpx.AsyncBaseTransport) -> None:
        """Do nothing: the transport is not exclusive."""

    discard = give_back

    async def close(self) -> None:
        """Close the transport."""
        self.is_open = False
        await self._transport.aclose()


def async_pool(url: str) -> AsyncPool | SharedPool:
    """Return the connections to one host: over aiohttp where it is installed, which is many times as fast."""
    try:
        return SharedPool(url)
    except ImportError:
        return AsyncPool(url)


class _TargetURL(httpx.URL):
    """A URL at a known host. A transport asks for what is known; the whole is parsed when somebody else asks."""

    def __init__(self, origin: httpx.URL, target: str) -> None:
        self._origin = origin
        self._target = target

    def __getattr__(self, name: str) -> Any:
        if name != "_uri_reference":
            raise AttributeError(name)
        self._uri_reference = httpx.URL(str(self))._uri_reference  # noqa: SLF001
        return self._uri_reference

    def __str__(self) -> str:
        return str(self._origin).rstrip("/") + self._target

    @property
    def raw_scheme(self) -> bytes:
        return self._origin.raw_scheme

    @property
    def raw_host(self) -> bytes:
        return self._origin.raw_host

    @property
    def port(self) -> int | None:
        return self._origin.port

    @property
    def raw_path(self) -> bytes:
        return self._target.encode("ascii")
