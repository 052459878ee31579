"""The only I/O: two drivers of an exchange, one for threads and one for event loops."""

from __future__ import annotations

import threading
import time
from typing import TypeVar, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from cio_sdk._exchange import Answer, Exchange, Outcome, Send, Wait
from cio_sdk.errors import CustomerIOError

T = TypeVar("T")

_LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=100, keepalive_expiry=15.0)


class Sender:
    """Runs exchanges over httpx, blocking."""

    def __init__(self, http_client: httpx.Client | None) -> None:
        self._client = http_client
        self._transports: dict[str, httpx.HTTPTransport] = {}
        self._lock = threading.Lock()
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
        for transport in self._transports.values():
            transport.close()

    def _attempt(self, send: Send) -> Outcome:
        try:
            response = self._open(send)
        except httpx.HTTPError as error:
            return error
        try:
            chunks = []
            for chunk in response.iter_bytes():
                chunks.append(chunk)
                _keep_to(send, response)
            return Answer(response.status_code, response.headers, b"".join(chunks))
        except httpx.HTTPError as error:
            return _unread(response, error)
        finally:
            response.close()

    def _open(self, send: Send) -> httpx.Response:
        _refuse_closed(self._closed or (self._client is not None and self._client.is_closed))
        if self._client is not None:
            request = _build(self._client, send)
            if send.trace:
                request.extensions["trace"] = send.trace.record
            return self._client.send(request, auth=None, follow_redirects=False, stream=True)
        request = httpx.Request(send.method, send.url, headers=send.headers, content=send.body)
        request.extensions["timeout"] = send.deadline
        if send.trace:
            request.extensions["trace"] = send.trace.record
        response = self._transport(send.url).handle_request(request)
        response.request = request
        return response

    def _transport(self, url: str) -> httpx.HTTPTransport:
        origin = url[: url.index("/", 8)]
        transport = self._transports.get(origin)
        if transport is None:
            with self._lock:
                transport = self._transports.setdefault(
                    origin, httpx.HTTPTransport(limits=_LIMITS, proxy=_proxy_for(origin))
                )
        return transport


class AsyncSender:
    """Runs exchanges over httpx, in an event loop."""

    def __init__(self, http_client: httpx.AsyncClient | None) -> None:
        self._client = http_client
        self._transports: dict[str, httpx.AsyncHTTPTransport] = {}
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
        for transport in self._transports.values():
            await transport.aclose()

    async def _attempt(self, send: Send) -> Outcome:
        try:
            response = await self._open(send)
        except httpx.HTTPError as error:
            return error
        try:
            chunks = []
            async for chunk in response.aiter_bytes():
                chunks.append(chunk)
                _keep_to(send, response)
            return Answer(response.status_code, response.headers, b"".join(chunks))
        except httpx.HTTPError as error:
            return _unread(response, error)
        finally:
            await response.aclose()

    async def _open(self, send: Send) -> httpx.Response:
        if self._client is not None:
            request = _build(self._client, send)
            if send.trace:
                request.extensions["trace"] = send.trace.arecord
            return await self._client.send(request, auth=None, follow_redirects=False, stream=True)
        request = httpx.Request(send.method, send.url, headers=send.headers, content=send.body)
        request.extensions["timeout"] = send.deadline
        if send.trace:
            request.extensions["trace"] = send.trace.arecord
        response = await self._transport(send.url).handle_async_request(request)
        response.request = request
        return response

    def _transport(self, url: str) -> httpx.AsyncHTTPTransport:
        origin = url[: url.index("/", 8)]
        transport = self._transports.get(origin)
        if transport is None:
            transport = httpx.AsyncHTTPTransport(limits=_LIMITS, proxy=_proxy_for(origin))
            self._transports[origin] = transport
        return transport


def _refuse_closed(closed: bool) -> None:
    if closed:
        raise CustomerIOError("this client is closed; make a new one")


def _build(client: httpx.Client | httpx.AsyncClient, send: Send) -> httpx.Request:
    request = client.build_request(send.method, send.url, headers=send.headers, content=send.body)
    request.extensions["timeout"] = send.deadline
    return request


def _keep_to(send: Send, response: httpx.Response) -> None:
    if not send.deadline.left():
        raise httpx.ReadTimeout("the answer was not complete in time", request=response.request)


def _unread(response: httpx.Response, error: httpx.HTTPError) -> Outcome:
    """What an answer counts as whose body could not be read: a refusal stays a refusal."""
    if response.is_success and not isinstance(error, httpx.DecodingError):
        return error
    return Answer(response.status_code, response.headers, None)


def _proxy_for(url: str) -> str | None:
    """The proxy that the environment names for this URL."""
    parts = urlsplit(url)
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(parts.hostname or ""):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


async def _sleep(seconds: float) -> None:
    import anyio

    await anyio.sleep(seconds)
