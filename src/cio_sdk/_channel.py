"""What carries one request there and its answer back: a client of the user's own, or connections of ours."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import httpx

from cio_sdk._connections import AsyncPool, Pool, SharedPool, async_pool
from cio_sdk._exchange import NEVER_SENT, Answer, ClosedError, Outcome, Send
from cio_sdk.errors import CustomerIOError

if TYPE_CHECKING:
    import asyncio

_MAX_ANSWER_BYTES = 32_000_000


class Channel:
    """Sends one request at a time, blocking."""

    def __init__(self, http_client: httpx.Client | None) -> None:
        self._client = http_client
        self._closed = False
        self._pid = os.getpid()
        self._pools: dict[str, Pool] = {}
        self._inherited: list[dict[str, Pool]] = []

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be sent any more."""
        return self._closed or (self._client is not None and self._client.is_closed)

    def attempt(self, send: Send) -> Outcome:
        """Send a request, and return its answer or what went wrong."""
        if self.is_closed:
            return ClosedError()
        if self._client is not None:
            try:
                request = _extend(_build(self._client, send), send, send.trace.record if send.trace else None)
                response = self._client.send(request, auth=None, follow_redirects=False, stream=True)
                return _read(response, response.iter_bytes(), send)
            except httpx.HTTPError as error:
                return error
        try:
            pool = self._pool(send.origin)
            transport = pool.take(send.deadline.left())
        except httpx.HTTPError as error:
            return error
        try:
            request = _extend(pool.origin.request(send), send, send.trace.record if send.trace else None)
            response = transport.handle_request(request)
            response.request = request
            outcome = _read(response, _chunks(response, response.iter_bytes), send)
        except BaseException as error:
            pool.discard(transport)
            if isinstance(error, httpx.HTTPError):
                return error
            raise
        pool.give_back(transport)
        return outcome

    def close(self) -> None:
        """Close the connections, unless the HTTP client is the caller's own."""
        self._closed = True
        if self._pid == os.getpid():
            for pool in self._pools.values():
                pool.close()

    def __del__(self) -> None:
        if _is_left_open(self._pools, self._pid):
            _warn_of_unclosed(self, "Client", "close()")
            self.close()

    def _pool(self, url: str) -> Pool:
        if self._pid != os.getpid():
            # What a fork inherits is its parent's to write to and to close.
            self._inherited.append(self._pools)
            self._pid, self._pools = os.getpid(), {}
        pool = self._pools.get(url)
        return pool if pool is not None else self._pools.setdefault(url, Pool(url))


class AsyncChannel:
    """Sends requests in an event loop."""

    def __init__(self, http_client: httpx.AsyncClient | None) -> None:
        import asyncio  # takes long, and a blocking client does not need it

        self._client = http_client
        self._closed = False
        self._running_loop = asyncio.get_running_loop
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pid = os.getpid()
        self._pools: dict[str, AsyncPool | SharedPool] = {}
        self._inherited: list[dict[str, AsyncPool | SharedPool]] = []

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be sent any more."""
        return self._closed or (self._client is not None and self._client.is_closed)

    async def attempt(self, send: Send) -> Outcome:
        """Send a request, and return its answer or what went wrong."""
        if self.is_closed:
            return ClosedError()
        if self._client is not None:
            try:
                request = _extend(_build(self._client, send), send, send.trace.arecord if send.trace else None)
                response = await self._client.send(request, auth=None, follow_redirects=False, stream=True)
                return await _aread(response, response.aiter_bytes(), send)
            except httpx.HTTPError as error:
                return error
        try:
            pool = self._pool(send.origin)
            transport = await pool.take(send.deadline.left())
        except httpx.HTTPError as error:
            return error
        try:
            request = _extend(pool.origin.request(send), send, send.trace.arecord if send.trace else None)
            response = await transport.handle_async_request(request)
            response.request = request
            outcome = await _aread(response, _chunks(response, response.aiter_bytes), send)
        except BaseException as error:
            await pool.discard(transport)
            if isinstance(error, httpx.HTTPError):
                return error
            raise
        await pool.give_back(transport)
        return outcome

    async def aclose(self) -> None:
        """Close the connections, unless the HTTP client is the caller's own."""
        self._closed = True
        if self._pid == os.getpid():
            for pool in self._pools.values():
                await pool.close()

    def __del__(self) -> None:
        if _is_left_open(self._pools, self._pid):
            _warn_of_unclosed(self, "AsyncClient", "await aclose()")

    def _pool(self, url: str) -> AsyncPool | SharedPool:
        try:
            loop = self._running_loop()
        except RuntimeError:
            raise CustomerIOError("an AsyncClient needs a running event loop of asyncio") from None
        if loop is not self._loop or self._pid != os.getpid():
            self._move_to(loop)
        pool = self._pools.get(url)
        return pool if pool is not None else self._pools.setdefault(url, async_pool(url))

    def _move_to(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._pid != os.getpid():
            # What a fork inherits is its parent's to write to and to close.
            self._inherited.append(self._pools)
        elif self._loop is not None and not self._loop.is_closed():
            raise CustomerIOError("this AsyncClient is in use in another event loop; make one in each event loop")
        self._pid, self._loop, self._pools = os.getpid(), loop, {}


def _is_left_open(pools: Mapping[str, Pool | AsyncPool | SharedPool], pid: int) -> bool:
    return not sys.is_finalizing() and pid == os.getpid() and any(pool.is_open for pool in pools.values())


def _warn_of_unclosed(channel: Channel | AsyncChannel, name: str, how: str) -> None:
    message = f"unclosed cio_sdk.{name}: call {how}, or use it in `with`"
    warnings.warn(message, ResourceWarning, stacklevel=3, source=channel)


def _build(client: httpx.Client | httpx.AsyncClient, send: Send) -> httpx.Request:
    return client.build_request(send.method, send.url, headers=send.headers, content=send.body)


def _extend(request: httpx.Request, send: Send, trace: Callable[..., Any] | None) -> httpx.Request:
    request.extensions["timeout"] = send.deadline
    if trace:
        request.extensions["trace"] = trace
    return request


def _chunks(response: httpx.Response, decoded: Callable[[], Any]) -> Any:
    return decoded() if "content-encoding" in response.headers else response.stream


def _read(response: httpx.Response, chunks: Any, send: Send) -> Outcome:
    body = bytearray()
    try:
        for chunk in chunks:
            body += chunk
            _check(body, response, send)
    except httpx.HTTPError as error:
        return _unread(response, error)
    finally:
        response.close()
    return Answer(response.status_code, response.headers, bytes(body))


async def _aread(response: httpx.Response, chunks: Any, send: Send) -> Outcome:
    body = bytearray()
    try:
        async for chunk in chunks:
            body += chunk
            _check(body, response, send)
    except httpx.HTTPError as error:
        return _unread(response, error)
    finally:
        await response.aclose()
    return Answer(response.status_code, response.headers, bytes(body))


def _check(body: bytearray, response: httpx.Response, send: Send) -> None:
    if len(body) > _MAX_ANSWER_BYTES:
        raise httpx.DecodingError("the answer is too large", request=response.request)
    if not send.deadline.left():
        raise httpx.ReadTimeout("the answer was not complete in time", request=response.request)


def _unread(response: httpx.Response, error: httpx.HTTPError) -> Outcome:
    """What an answer counts as whose body could not be read: a refusal stays a refusal."""
    if isinstance(error, httpx.DecodingError) or not response.is_success:
        return Answer(response.status_code, response.headers, None)
    # Whatever it is called, the server has begun to answer, so the request has arrived.
    return httpx.ReadError(str(error)) if isinstance(error, NEVER_SENT) else error
