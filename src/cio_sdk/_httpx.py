"""Requests that go through httpx as it is: for a client of the user's own, for proxies, traces and mocks."""

from __future__ import annotations

from typing import Any

import httpx

from cio_sdk._connections import IDLE_SECONDS, MAX_CONNECTIONS, Origin
from cio_sdk._exchange import ClosedError, Outcome, Send
from cio_sdk._reading import PartialAnswer

_LIMITS = httpx.Limits(max_connections=MAX_CONNECTIONS, keepalive_expiry=IDLE_SECONDS)


class ClientPool:
    """The user's own client: its proxies, its certificates, its hooks."""

    is_open = False

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    @property
    def is_closed(self) -> bool:
        """Whether the user has closed it."""
        return self._client.is_closed

    def attempt(self, send: Send) -> Outcome:
        """Send a request, and return its answer or what went wrong."""
        if self._client.is_closed:
            return ClosedError()
        try:
            request = self._client.build_request(send.method, send.url, headers=send.headers, content=send.body)
            _extend(request, send, send.trace.record if send.trace else None)
            response = self._client.send(request, auth=None, follow_redirects=False, stream=True)
            return _read(response, send)
        except httpx.HTTPError as error:
            return error
        except httpx.InvalidURL as error:  # where a redirect leads, which httpx looks at though it does not follow
            return httpx.RemoteProtocolError(str(error))
        except UnicodeError as error:  # a cookie that httpx took and cannot send
            return httpx.LocalProtocolError(str(error))


class TransportPool:
    """A transport of httpx: it knows proxies and traces, and mocks know it."""

    def __init__(self, origin: Origin) -> None:
        self.is_open = True
        self._transport = httpx.HTTPTransport(verify=origin.tls or False, proxy=origin.proxy, limits=_LIMITS)

    def attempt(self, send: Send) -> Outcome:
        """Send a request, and return its answer or what went wrong."""
        if not self.is_open:
            return ClosedError()
        try:
            request = httpx.Request(send.method, send.url, headers=send.headers, content=send.body)
            _extend(request, send, send.trace.record if send.trace else None)
            response = self._transport.handle_request(request)
            return _read(response, send)
        except httpx.HTTPError as error:
            return error

    def close(self) -> None:
        """Close every connection."""
        self.is_open = False
        self._transport.close()


def _read(response: httpx.Response, send: Send) -> Outcome:
    answer = PartialAnswer(send, response.status_code, response.headers, is_decompressed=True)
    try:
        for chunk in response.iter_bytes():
            answer.add(chunk)
    except httpx.HTTPError as error:
        return answer.broken(error)
    finally:
        response.close()
    return answer.whole()


class AsyncClientPool:
    """The user's own client: its proxies, its certificates, its hooks."""

    is_open = False

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    @property
    def is_closed(self) -> bool:
        """Whether the user has closed it."""
        return self._client.is_closed

    async def attempt(self, send: Send) -> Outcome:
        """Send a request, and return its answer or what went wrong."""
        if self._client.is_closed:
            return ClosedError()
        try:
            request = self._client.build_request(send.method, send.url, headers=send.headers, content=send.body)
            _extend(request, send, send.trace.arecord if send.trace else None)
            response = await self._client.send(request, auth=None, follow_redirects=False, stream=True)
            return await _aread(response, send)
        except httpx.HTTPError as error:
            return error
        except httpx.InvalidURL as error:  # where a redirect leads, which httpx looks at though it does not follow
            return httpx.RemoteProtocolError(str(error))
        except UnicodeError as error:  # a cookie that httpx took and cannot send
            return httpx.LocalProtocolError(str(error))


class AsyncTransportPool:
    """A transport of httpx: it knows proxies and traces, and mocks know it."""

    def __init__(self, origin: Origin) -> None:
        self.is_open = True
        self._transport = httpx.AsyncHTTPTransport(verify=origin.tls or False, proxy=origin.proxy, limits=_LIMITS)

    async def attempt(self, send: Send) -> Outcome:
        """Send a request, and return its answer or what went wrong."""
        if not self.is_open:
            return ClosedError()
        try:
            request = httpx.Request(send.method, send.url, headers=send.headers, content=send.body)
            _extend(request, send, send.trace.arecord if send.trace else None)
            response = await self._transport.handle_async_request(request)
            return await _aread(response, send)
        except httpx.HTTPError as error:
            return error

    def abandon(self) -> None:
        """Do nothing: sockets are closed when they are collected."""

    async def close(self) -> None:
        """Close every connection."""
        self.is_open = False
        await self._transport.aclose()


async def _aread(response: httpx.Response, send: Send) -> Outcome:
    answer = PartialAnswer(send, response.status_code, response.headers, is_decompressed=True)
    try:
        async for chunk in response.aiter_bytes():
            answer.add(chunk)
    except httpx.HTTPError as error:
        return answer.broken(error)
    finally:
        await response.aclose()
    return answer.whole()


def _extend(request: httpx.Request, send: Send, trace: Any) -> None:
    request.extensions["timeout"] = send.deadline
    if trace is not None:
        request.extensions["trace"] = trace
