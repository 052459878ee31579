"""The connections of a client: a transport each, the idle ones on a stack.

A pool of httpx looks at all its connections for every request, which is slow where many calls run at once.
A pool of one connection has nothing to look at.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, TypeVar
from urllib.request import getproxies, proxy_bypass

import httpx

from cio_sdk._exchange import Send
from cio_sdk.options import is_loopback

TransportT = TypeVar("TransportT", bound="httpx.BaseTransport | httpx.AsyncBaseTransport")

_MAX_CONNECTIONS = 100
_IDLE_SECONDS = 15.0
_ONE = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=_IDLE_SECONDS)


class Origin(Generic[TransportT]):
    """One host: the connections to it, and what all requests to it have in common."""

    def __init__(self, url: str, make: Callable[[Origin[TransportT]], TransportT], size: int) -> None:
        self.url = httpx.URL(url)
        self._make = make
        self._size = size
        self._headers: dict[tuple[tuple[str, str], ...], httpx.Headers] = {}
        self._all: list[TransportT] = []
        self._idle: deque[tuple[TransportT, float]] = deque()
        self._turn = itertools.count()
        self._lock = threading.Lock()

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

    def take(self) -> tuple[TransportT, bool]:
        """Return a transport, and whether to give it back: one that is busy already is shared, and stays away."""
        with self._lock:
            if self._idle:
                return self._idle.pop()[0], True
            if len(self._all) < self._size:
                self._all.append(self._make(self))
                return self._all[-1], True
            return self._all[next(self._turn) % self._size], False

    def give_back(self, transport: TransportT) -> TransportT | None:
        """Take back a transport that is idle again. Return one that has been idle for too long, for closing."""
        now = time.monotonic()
        with self._lock:
            self._idle.append((transport, now))
            if now - self._idle[0][1] < _IDLE_SECONDS:
                return None
            stale, _ = self._idle.popleft()
            self._all.remove(stale)
            return stale

    def forget_all(self) -> list[TransportT]:
        """Return every transport, for closing."""
        with self._lock:
            transports, self._all = self._all, []
            self._idle.clear()
            return transports

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


class Origins(Generic[TransportT]):
    """Every host that a client speaks to."""

    def __init__(self, make: Callable[[Origin[TransportT]], TransportT], size: int = _MAX_CONNECTIONS) -> None:
        self._make = make
        self._size = size
        self._origins: dict[str, Origin[TransportT]] = {}

    def of(self, url: str) -> Origin[TransportT]:
        """Return the host of a URL, whose scheme, host and port are all that is looked at."""
        origin = self._origins.get(url)
        if origin is None:
            origin = self._origins.setdefault(url, Origin(url, self._make, self._size))
        return origin

    def forget_all(self) -> list[TransportT]:
        """Return every transport to every host, for closing."""
        return [transport for origin in self._origins.values() for transport in origin.forget_all()]


def make_transport(origin: Origin[httpx.HTTPTransport]) -> httpx.HTTPTransport:
    """Make a transport that holds one connection."""
    return httpx.HTTPTransport(verify=origin.tls, proxy=origin.proxy, limits=_ONE)


def async_origins() -> Origins[httpx.AsyncBaseTransport]:
    """Return the hosts of an asynchronous client: over aiohttp where it is installed, which is many times as fast."""
    try:
        from cio_sdk._aiohttp import AiohttpTransport
    except ImportError:
        return Origins(lambda origin: httpx.AsyncHTTPTransport(verify=origin.tls, proxy=origin.proxy, limits=_ONE))
    limits = httpx.Limits(max_connections=_MAX_CONNECTIONS, keepalive_expiry=_IDLE_SECONDS)
    return Origins(lambda origin: AiohttpTransport(origin.tls, origin.proxy, limits), size=1)


class _TargetURL(httpx.URL):
    """A URL at a known host. A transport asks for what is known; the whole is parsed when somebody else asks."""

    def __init__(self, origin: httpx.URL, target: str) -> None:
        self._origin = origin
        self._target = target

    def __getattr__(self, name: str) -> Any:
        if name != "_uri_reference":
            raise AttributeError(name)
        whole = httpx.URL(str(self._origin).rstrip("/") + self._target)
        self._uri_reference = whole._uri_reference  # noqa: SLF001
        return self._uri_reference

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
