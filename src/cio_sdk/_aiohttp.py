"""The connections of an asynchronous client where the extra `aiohttp` is installed: many times as fast."""

from __future__ import annotations

import asyncio

import aiohttp
import httpx
from yarl import URL

from cio_sdk._connections import IDLE_SECONDS, MAX_CONNECTIONS, Origin
from cio_sdk._exchange import ClosedError, Outcome, Send
from cio_sdk._reading import PartialAnswer

_ERRORS = (TimeoutError, aiohttp.ClientError, OSError)


class AiohttpPool:
    """aiohttp's connections to one host, within one event loop."""

    def __init__(self, origin: Origin) -> None:
        self.is_open = True
        tls = origin.tls or True
        connector = aiohttp.TCPConnector(limit=MAX_CONNECTIONS, keepalive_timeout=IDLE_SECONDS, ssl=tls)
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=("Accept-Encoding", "Content-Type"),
        )

    async def attempt(self, send: Send) -> Outcome:
        """Send a request, and return its answer or what went wrong."""
        if not self.is_open:
            return ClosedError()
        left = max(0.001, send.deadline.left())
        try:
            response = await self._session.request(
                send.method,
                URL(send.url, encoded=True),
                data=send.body,
                headers=send.headers,
                allow_redirects=False,
                # To connect takes the shorter time, so that its end can be told from that of the whole.
                timeout=aiohttp.ClientTimeout(total=left + 0.001, connect=left),
            )
        except asyncio.CancelledError:
            # aiohttp cancels those who wait for a connection when it is closed; nobody else has cancelled them.
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            return ClosedError()
        except _ERRORS as error:
            return _as_httpx(error)
        answer = PartialAnswer(send, response.status, response.raw_headers)
        try:
            async for chunk in response.content.iter_any():
                answer.add(chunk)
        except httpx.HTTPError as error:
            return answer.broken(error)
        except _ERRORS as error:
            return answer.broken(_as_httpx(error))
        finally:
            response.release()
        return answer.whole()

    async def close(self) -> None:
        """Close every connection."""
        self.is_open = False
        await self._session.close()


def _as_httpx(error: Exception) -> httpx.HTTPError:
    """Return the httpx error for one of aiohttp, which says whether the request may have been sent."""
    result: httpx.HTTPError
    match error:
        case aiohttp.ClientConnectorError():
            result = httpx.ConnectError(str(error))
        case aiohttp.ConnectionTimeoutError():
            result = httpx.ConnectTimeout(str(error))
        case TimeoutError():
            result = httpx.ReadTimeout(str(error))
        case aiohttp.ClientConnectionError() | OSError():
            result = httpx.ReadError(str(error))
        case _:
            result = httpx.RemoteProtocolError(str(error))
    result.__cause__ = error
    return result
