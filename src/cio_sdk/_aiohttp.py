"""The transport of asynchronous clients where the extra `aiohttp` is installed."""

from __future__ import annotations

import asyncio
from functools import cached_property
from typing import Any

import aiohttp
import httpcore
import httpx
import httpx_aiohttp

from cio_sdk._exchange import ClosedError


class AiohttpTransport(httpx_aiohttp.AiohttpTransport):
    """httpx-aiohttp's transport, with errors that say whether the request may have arrived.

    It gives way to httpx's own transport where that is mocked, so that a test's mock sees every request.
    """

    def __init__(self, tls: Any, proxy: str | None, limits: httpx.Limits) -> None:
        super().__init__(verify=tls, proxy=httpx.Proxy(proxy) if proxy else None, limits=limits)

    @cached_property
    def _mocked(self) -> httpx.AsyncHTTPTransport:
        return httpx.AsyncHTTPTransport(verify=self.ssl_context, proxy=self.proxy, limits=self.limits)

    def get_client(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=self.limits.max_connections or 0,
            keepalive_timeout=self.limits.keepalive_expiry,
            ssl=self.ssl_context,
        )
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if _is_mocked():
            return await self._mocked.handle_async_request(request)
        try:
            return await super().handle_async_request(request)
        except asyncio.CancelledError:
            # aiohttp cancels those who wait for a connection when it is closed; nobody else has cancelled them.
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            raise ClosedError from None
        except httpx.TransportError as error:
            raise _told_apart(error.__cause__) or error from error.__cause__
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise _told_apart(error) or httpx.RemoteProtocolError(str(error)) from error


def _is_mocked() -> bool:
    """Whether somebody, such as respx, has put a method of theirs where httpx or httpcore sends a request."""
    sending = (httpx.AsyncHTTPTransport.handle_async_request, httpcore.AsyncConnectionPool.handle_async_request)
    return any(method.__module__.partition(".")[0] not in ("httpx", "httpcore") for method in sending)


def _told_apart(error: BaseException | None) -> httpx.TransportError | None:
    """Return the httpx error for one of aiohttp; httpx-aiohttp takes a lost connection for one that never opened."""
    match error:
        case aiohttp.ClientConnectorError():
            return httpx.ConnectError(str(error))
        case aiohttp.ConnectionTimeoutError():
            return httpx.ConnectTimeout(str(error))
        case asyncio.TimeoutError():
            return httpx.ReadTimeout(str(error))
        case aiohttp.ClientConnectionError():
            return httpx.ReadError(str(error))
        case _:
            return None
