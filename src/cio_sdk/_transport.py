"""The only I/O: two drivers of an exchange, one for threads and one for event loops."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

import httpx

from cio_sdk._connections import AsyncPool, Pool, SharedPool, async_pool
from cio_sdk._exchange import NEVER_SENT, Answer, ClosedError, Outcome, Send, Timing, Wait, exchange
from cio_sdk.errors import CustomerIOError, ParamError

if TYPE_CHECKING:
    import asyncio

    from cio_sdk._operation import Operation
    from cio_sdk.options import Settings

T = TypeVar("T")

_MAX_ANSWER_BYTES = 32_000_000


class Sender:
    """Runs exchanges over httpx, blocking."""

    def __init__(self, http_client: httpx.Client | None) -> None:
        self._pid = os.getpid()
        self._pools: dict[str, Pool] = {}
        if http_client is not None and not isinstance(http_client, httpx.Client):
            raise ParamError("http_client", "must be an httpx.Client; an httpx.AsyncClient goes to an AsyncClient")
        self.timing = Timing()
        self._client = http_client
        self._closed = False
        self._inherited: list[dict[str, Pool]] = []

    def run(self, operation: Operation[T], settings: Settings) -> T:
        """Send an operation, and return what it returns."""
        if self._is_closed:
            raise CustomerIOError("this client is closed, or its HTTP client is; make a new one")
        steps = exchange(operation, settings, self.timing)
        try:
            step = next(steps)
            while True:
                if isinstance(step, Wait):
                    self.timing.sleep(step.seconds)
                    step = steps.send(None)
                else:
                    step = steps.send(self._attempt(step))
        except StopIteration as stop:
            return cast("T", stop.value)

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

    def _attempt(self, send: Send) -> Outcome:
        if self._is_closed:
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

    @property
    def _is_closed(self) -> bool:
        return self._closed or (self._client is not None and self._client.is_closed)

    def _pool(self, url: str) -> Pool:
        if self._pid != os.getpid():
            # What a fork inherits is its parent's to write to and to close.
            self._inherited.append(self._pools)
            self._pid, self._pools = os.getpid(), {}
        pool = self._pools.get(url)
        return pool if pool is not None else self._pools.setdefault(url, Pool(url))


class AsyncSender:
    """Runs exchanges over httpx, in an event loop."""

    def __init__(self, http_client: httpx.AsyncClient | None) -> None:
        import asyncio  # takes long, and a blocking client does not need it

        self._pid = os.getpid()
        self._pools: dict[str, AsyncPool | SharedPool] = {}
        if http_client is not None and not isinstance(http_client, httpx.AsyncClient):
            raise ParamError("http_client", "must be an httpx.AsyncClient; an httpx.Client goes to a Client")
        self.timing = Timing()
        self._client = http_client
        self._closed = False
        self._running_loop = asyncio.get_running_loop
        self._loop: asyncio.AbstractEventLoop | None = None
        self._inherited: list[dict[str, AsyncPool | SharedPool]] = []

    async def run(self, operation: Operation[T], settings: Settings) -> T:
        """Send an operation, and return what it returns."""
        if self._is_closed:
            raise CustomerIOError("this client is closed, or its HTTP client is; make a new one")
        steps = exchange(operation, settings, self.timing)
        try:
            step = next(steps)
            while True:
                if isinstance(step, Wait):
                    await self.timing.asleep(step.seconds)
                    step = steps.send(None)
                else:
                    step = steps.send(await self._attempt(step))
        except StopIteration as stop:
            return cast("T", stop.value)

    async def aclose(self) -> None:
        """Close the connections, unless the HTTP client is the caller's own."""
        self._closed = True
        if self._pid == os.getpid():
            for pool in self._pools.values():
                await pool.close()

    def __del__(self) -> None:
        if _is_left_open(self._pools, self._pid):
            _warn_of_unclosed(self, "AsyncClient", "await aclose()")

    async def _attempt(self, send: Send) -> Outcome:
        if self._is_closed:
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

    @property
    def _is_closed(self) -> bool:
        return self._closed or (self._client is not None and self._client.is_closed)

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


def _warn_of_unclosed(sender: Sender | AsyncSender, name: str, how: str) -> None:
    message = f"unclosed cio_sdk.{name}: call {how}, or use it in `with`"
    warnings.warn(message, ResourceWarning, stacklevel=3, source=sender)


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
