"""An answer while it is being read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx

from cio_sdk._exchange import NEVER_SENT, Answer, Outcome, Send

_MAX_BYTES = 32_000_000


class PartialAnswer:
    """The answer to a request as it arrives, within limits of size and time."""

    def __init__(self, send: Send, status: int, headers: Any) -> None:
        self._deadline = send.deadline
        self._status = status
        self._headers = headers if isinstance(headers, httpx.Headers) else httpx.Headers(headers)
        self._body = bytearray()

    def decoded(self, chunks: Any) -> Any:
        """Return the chunks of the body, decompressed."""
        if "content-encoding" not in self._headers:
            return chunks
        return httpx.Response(self._status, headers=self._headers, stream=_Chunks(chunks)).iter_bytes()

    def adecoded(self, chunks: Any) -> Any:
        """Return the chunks of the body, decompressed, in an event loop."""
        if "content-encoding" not in self._headers:
            return chunks
        return httpx.Response(self._status, headers=self._headers, stream=_AsyncChunks(chunks)).aiter_bytes()

    def add(self, chunk: bytes) -> None:
        """Add what has arrived of the body."""
        self._body += chunk
        if len(self._body) > _MAX_BYTES:
            raise httpx.DecodingError("the answer is too large")
        if not self._deadline.left():
            raise httpx.ReadTimeout("the answer was not complete in time")

    def whole(self) -> Outcome:
        """Return the answer, now that it has been read to its end."""
        return Answer(self._status, self._headers, bytes(self._body))

    def broken(self, error: httpx.HTTPError) -> Outcome:
        """Return what the answer counts as, as its body cannot be read: a refusal stays a refusal."""
        if isinstance(error, httpx.DecodingError) or not 200 <= self._status < 300:
            return Answer(self._status, self._headers, None)
        # Whatever it is called, the server has begun to answer, so the request has arrived.
        return httpx.ReadError(str(error)) if isinstance(error, NEVER_SENT) else error


class _Chunks(httpx.SyncByteStream):
    def __init__(self, chunks: Any) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        yield from self._chunks


class _AsyncChunks(httpx.AsyncByteStream):
    def __init__(self, chunks: Any) -> None:
        self._chunks = chunks

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._chunks:
            yield chunk
