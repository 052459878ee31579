"""The only I/O: two drivers of an exchange, one for threads and one for event loops."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar, cast

import httpx

from cio_sdk._connections import Origins, async_origins, make_transport
from cio_sdk._exchange import NEVER_SENT, Answer, Exchange, Outcome, Send, Wait
from cio_sdk.errors import CustomerIOError

T = TypeVar("T")

_MAX_ANSWER_BYTES = 32_000_000


class Sender:
    """Runs exchanges over httpx, blocking."""

    def __init__(self, http_client: httpx.Client | None) -> None:
        self._client = http_client
        self._origins = Origins(make_transport)
        self._closed = False

    def run(self, exchange: Exchange[T]) -> T:
        """Drive the exchange to its result."""
        try:
            step = next(exchange)
            while True:
                if isinstance(step, Wait):
                    time.sleep(step.seconds)
                    step = exchange.send(None)
                else:
                    step = exchange.send(self._attempt(step))
        except StopIteration as stop:
            return cast("T", stop.value)

    def close(self) -> None:
        """Close the connections, unless the HTTP client is the caller's own."""
        self._closed = True
        for transport in self._origins.forget_all():
            transport.close()

    def _attempt(self, send: Send) -> Outcome:
        _refuse_if(self._closed or (self._client is not None and self._client.is_closed))
        try:
            if self._client is not None:
                request = _extend(_build(self._client, send), send, send.trace.record if send.trace else None)
                response = self._client.send(request, auth=None, follow_redirects=False, stream=True)
                return _read(response, response.iter_bytes(), send)
            origin = self._origins.of(send.origin)
            transport, borrowed = origin.take()
            try:
                request = _extend(origin.request(send), send, send.trace.record if send.trace else None)
                response = transport.handle_request(request)
                response.request = request
                return _read(response, _chunks(response, response.iter_bytes), send)
            finally:
                if borrowed and (stale := origin.give_back(transport)):
                    stale.close()
        except httpx.HTTPError as error:
            return error


class AsyncSender:
    """Runs exchanges over httpx, in an event loop."""

    def __init__(self, http_client: httpx.AsyncClient | None) -> None:
        self._client = http_client
        self._origins = async_origins()
        self._closed = False

    async def run(self, exchange: Exchange[T]) -> T:
        """Drive the exchange to its result."""
        try:
            step = next(exchange)
            while True:
                if isinstance(step, Wait):
                    await _sleep(step.seconds)
                    step = exchange.send(None)
                else:
                    step = exchange.send(await self._attempt(step))
        except StopIteration as stop:
            return cast("T", stop.value)

    async def aclose(self) -> None:
        """Close the connections, unless the HTTP client is the caller's own."""
        self._closed = True
        for transport in self._origins.forget_all():
            await transport.aclose()

    async def _attempt(self, send: Send) -> Outcome:
        _refuse_if(self._closed or (self._client is not None and self._client.is_closed))
        try:
            if self._client is not None:
                request = _extend(_build(self._client, send), send, send.trace.arecord if send.trace else None)
                response = await self._client.send(request, auth=None, follow_redirects=False, stream=True)
                return await _aread(response, response.aiter_bytes(), send)
            origin = self._origins.of(send.origin)
            transport, borrowed = origin.take()
            try:
                request = _extend(origin.request(send), send, send.trace.arecord if send.trace else None)
                response = await transport.handle_async_request(request)
                response.request = request
                return await _aread(response, _chunks(response, response.aiter_bytes), send)
            finally:
                if borrowed and (stale := origin.give_back(transport)):
                    await stale.aclose()
        except httpx.HTTPError as error:
            return error


def _refuse_if(closed: bool) -> None:
    if closed:
        raise CustomerIOError("this client is closed; make a new one")


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


async def _sleep(seconds: float) -> None:
    import anyio

    await anyio.sleep(seconds)
