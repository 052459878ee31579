"""The way of one request there and of its answer back, and who may go it: closed clients, forks, event loops."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import httpcore
import httpx

from cio_sdk._connections import Origin, Pool
from cio_sdk._exchange import ClosedError, Outcome, Send
from cio_sdk._httpx import AsyncClientPool, AsyncTransportPool, ClientPool, TransportPool
from cio_sdk.errors import CustomerIOError

if TYPE_CHECKING:
    import asyncio

    from cio_sdk._async_connections import AsyncPool

_FOLDERS = tuple(str(Path(module.__file__ or "").parent) for module in (httpx, httpcore))


AnyPool: TypeAlias = "Pool | TransportPool"
AnyAsyncPool: TypeAlias = "AsyncPool | AsyncTransportPool"
Way: TypeAlias = Literal["direct", "httpx"]


class Channel:
    """Sends requests for a blocking client."""

    def __init__(self, http_client: httpx.Client | None) -> None:
        self._client = ClientPool(http_client) if http_client is not None else None
        self._closed = False
        self._pid = os.getpid()
        self._pools: dict[tuple[str, Way], AnyPool] = {}
        self._inherited: list[object] = []

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be sent any more."""
        return self._closed or (self._client is not None and self._client.is_closed)

    def attempt(self, send: Send) -> Outcome:
        """Send a request, and return its answer or what went wrong."""
        if self._closed:
            return ClosedError()
        return (self._client or self._pool(send)).attempt(send)

    def close(self) -> None:
        """Close the connections, unless the HTTP client is the caller's own."""
        self._closed = True
        if self._pid == os.getpid():
            for pool in list(self._pools.values()):
                pool.close()

    def __del__(self) -> None:
        if _is_left_open(self._pools.values(), self._pid):
            _warn_of_unclosed(self, "Client", "close()")
            self.close()

    def _pool(self, send: Send) -> AnyPool:
        if self._pid != os.getpid():
            # What a fork inherits is its parent's to write to and to close.
            self._inherited.append(self._pools)
            self._pid, self._pools = os.getpid(), {}
        way: Way = "httpx" if send.trace is not None or _is_patched() else "direct"
        pool = self._pools.get((send.origin, way))
        return pool if pool is not None else self._pools.setdefault((send.origin, way), _open(send.origin, way))


class AsyncChannel:
    """Sends requests for an asynchronous client."""

    def __init__(self, http_client: httpx.AsyncClient | None) -> None:
        import asyncio  # takes long, and a blocking client does not need it

        self._client = AsyncClientPool(http_client) if http_client is not None else None
        self._closed = False
        self._running_loop = asyncio.get_running_loop
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pid = os.getpid()
        self._pools: dict[tuple[str, Way], AnyAsyncPool] = {}
        self._inherited: list[object] = []

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be sent any more."""
        return self._closed or (self._client is not None and self._client.is_closed)

    async def attempt(self, send: Send) -> Outcome:
        """Send a request, and return its answer or what went wrong."""
        if self._closed:
            return ClosedError()
        return await (self._client or self._pool(send)).attempt(send)

    async def aclose(self) -> None:
        """Close the connections, unless the HTTP client is the caller's own."""
        self._closed = True
        pools = list(self._pools.values()) if self._usable_loop() else []
        self._pools = {}
        for pool in pools:
            await pool.close()

    def __del__(self) -> None:
        if _is_left_open(self._pools.values(), self._pid):
            _warn_of_unclosed(self, "AsyncClient", "await aclose()")
            if (loop := self._usable_loop()) is not None:
                for pool in self._pools.values():
                    loop.call_soon_threadsafe(pool.abandon)

    def _usable_loop(self) -> asyncio.AbstractEventLoop | None:
        """Return the event loop of the connections, if it can still close them."""
        is_usable = self._pid == os.getpid() and self._loop is not None and not self._loop.is_closed()
        return self._loop if is_usable else None

    def _pool(self, send: Send) -> AnyAsyncPool:
        try:
            loop = self._running_loop()
        except RuntimeError:
            raise CustomerIOError("an AsyncClient needs a running event loop of asyncio") from None
        if loop is not self._loop or self._pid != os.getpid():
            self._move_to(loop)
        way: Way = "httpx" if send.trace is not None or _is_apatched() else "direct"
        pool = self._pools.get((send.origin, way))
        return pool if pool is not None else self._pools.setdefault((send.origin, way), _aopen(send.origin, way))

    def _move_to(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._pid != os.getpid():
            # What a fork inherits is its parent's to write to and to close.
            self._inherited.append(self._pools)
        elif self._loop is not None and not self._loop.is_closed():
            raise CustomerIOError("this AsyncClient is in use in another event loop; make one in each event loop")
        self._pid, self._loop, self._pools = os.getpid(), loop, {}


def _open(url: str, way: Way) -> AnyPool:
    origin = Origin(url)
    return Pool(origin) if way == "direct" and origin.proxy is None else TransportPool(origin)


def _aopen(url: str, way: Way) -> AnyAsyncPool:
    from cio_sdk._async_connections import AsyncPool  # imports asyncio, which a blocking client does not need

    origin = Origin(url)
    return AsyncPool(origin) if way == "direct" and origin.proxy is None else AsyncTransportPool(origin)


def _is_left_open(pools: Iterable[AnyPool | AnyAsyncPool], pid: int) -> bool:
    return not sys.is_finalizing() and pid == os.getpid() and any(pool.is_open for pool in pools)


def _warn_of_unclosed(channel: Channel | AsyncChannel, name: str, how: str) -> None:
    statement = "async with" if how.startswith("await") else "with"
    message = f"unclosed cio_sdk.{name}: call {how}, or use it in `{statement}`"
    warnings.warn(message, ResourceWarning, stacklevel=3, source=channel)


def _is_patched() -> bool:
    """Whether somebody, such as a mock in a test or a tracer, has replaced a method by which httpx sends."""
    return not (
        _is_original(httpx.HTTPTransport.handle_request)
        and _is_original(httpcore.ConnectionPool.handle_request)
        and _is_original(httpcore.HTTPConnection.handle_request)
    )


def _is_apatched() -> bool:
    return not (
        _is_original(httpx.AsyncHTTPTransport.handle_async_request)
        and _is_original(httpcore.AsyncConnectionPool.handle_async_request)
        and _is_original(httpcore.AsyncHTTPConnection.handle_async_request)
    )


@lru_cache(maxsize=64)
def _is_original(method: Any) -> bool:
    return type(method) is FunctionType and method.__code__.co_filename.startswith(_FOLDERS)
