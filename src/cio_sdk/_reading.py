"""An answer while it is being read."""

from __future__ import annotations

from typing import Any

import httpx

from cio_sdk._exchange import NEVER_SENT, Answer, Outcome, Send

_MAX_BYTES = 32_000_000
_PIECE = 16_384


class PartialAnswer:
    """The answer to a request as it arrives, within limits of size and time."""

    def __init__(self, send: Send, status: int, headers: Any, *, is_decompressed: bool = False) -> None:
        self._deadline = send.deadline
        self._status = status
        self._headers = headers if isinstance(headers, httpx.Headers) else httpx.Headers(headers)
        self._is_decompressed = is_decompressed
        self._body = bytearray()

    def add(self, chunk: bytes) -> None:
        """Add what has arrived of the body."""
        self._body += chunk
        if len(self._body) > _MAX_BYTES:
            raise httpx.DecodingError("the answer is too large")
        if not self._deadline.left():
            raise httpx.ReadTimeout("the answer was not complete in time")

    def whole(self) -> Outcome:
        """Return the answer, now that it has been read to its end."""
        try:
            if "content-encoding" in self._headers and not self._is_decompressed:
                self._decompress()
        except httpx.HTTPError as error:
            return self.broken(error)
        return Answer(self._status, self._headers, bytes(self._body))

    def broken(self, error: httpx.HTTPError) -> Outcome:
        """Return what the answer counts as, as its body cannot be read: a refusal stays a refusal."""
        if isinstance(error, httpx.DecodingError) or not 200 <= self._status < 300:
            return Answer(self._status, self._headers, None)
        # Whatever it is called, the server has begun to answer, so the request has arrived.
        return httpx.ReadError(str(error)) if isinstance(error, NEVER_SENT) else error

    def _decompress(self) -> None:
        body, self._body = self._body, bytearray()
        # In pieces, so that little that becomes very much is noticed in time.
        pieces = (bytes(body[start : start + _PIECE]) for start in range(0, len(body), _PIECE))
        for chunk in httpx.Response(self._status, headers=self._headers, content=pieces).iter_bytes():
            self.add(chunk)
