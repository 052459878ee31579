"""Two drivers of an exchange, one for threads and one for event loops.

They import what sends, httpx above all, at the first call: it takes long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from cio_sdk._timing import Timing
from cio_sdk.errors import CustomerIOError, ParamError

if TYPE_CHECKING:
    import httpx

    from cio_sdk._channel import AsyncChannel, Channel
    from cio_sdk._operation import Operation
    from cio_sdk.options import Settings

T = TypeVar("T")

_CLOSED = "this client is closed, or its HTTP client is; make a new one"


class Sender:
    """Runs exchanges, blocking."""

    _channel: Channel | None = None

    def __init__(self, http_client: httpx.Client | None) -> None:
        if http_client is not None:
            import httpx

            if not isinstance(http_client, httpx.Client):
                raise ParamError("http_client", "must be an httpx.Client; an httpx.AsyncClient goes to an AsyncClient")
        self.timing = Timing()
        self._client = http_client
        self._closed = False

    def run(self, operation: Operation[T], settings: Settings, *, wait: bool = False) -> T:
        """Send an operation, and return what it returns."""
        from cio_sdk._exchange import Wait, exchange

        channel = self._channel or self._open()
        if self._closed or channel.is_closed:
            raise CustomerIOError(_CLOSED)
        steps = exchange(operation, settings, self.timing, wait=wait)
        try:
            step = next(steps)
            while True:
                if isinstance(step, Wait):
                    self.timing.sleep(step.seconds)
                    step = steps.send(None)
                else:
                    step = steps.send(channel.attempt(step))
        except StopIteration as stop:
            return cast("T", stop.value)

    def close(self) -> None:
        """Close the connections, unless the HTTP client is the caller's own."""
        self._closed = True
        if self._channel is not None:
            self._channel.close()

    def _open(self) -> Channel:
        from cio_sdk._channel import Channel

        # It is atomic: two threads get the same.
        return cast("Channel", vars(self).setdefault("_channel", Channel(self._client)))


class AsyncSender:
    """Runs exchanges, in an event loop."""

    _channel: AsyncChannel | None = None

    def __init__(self, http_client: httpx.AsyncClient | None) -> None:
        if http_client is not None:
            import httpx

            if not isinstance(http_client, httpx.AsyncClient):
                raise ParamError("http_client", "must be an httpx.AsyncClient; an httpx.Client goes to a Client")
        self.timing = Timing()
        self._client = http_client
        self._closed = False

    async def run(self, operation: Operation[T], settings: Settings, *, wait: bool = False) -> T:
        """Send an operation, and return what it returns."""
        from cio_sdk._exchange import Wait, exchange

        channel = self._channel or self._open()
        if self._closed or channel.is_closed:
            raise CustomerIOError(_CLOSED)
        steps = exchange(operation, settings, self.timing, wait=wait)
        try:
            step = next(steps)
            while True:
                if isinstance(step, Wait):
                    await self.timing.asleep(step.seconds)
                    step = steps.send(None)
                else:
                    step = steps.send(await channel.attempt(step))
        except StopIteration as stop:
            return cast("T", stop.value)

    async def aclose(self) -> None:
        """Close the connections, unless the HTTP client is the caller's own."""
        self._closed = True
        if self._channel is not None:
            await self._channel.aclose()

    def _open(self) -> AsyncChannel:
        from cio_sdk._channel import AsyncChannel

        # It is atomic: two threads get the same.
        return cast("AsyncChannel", vars(self).setdefault("_channel", AsyncChannel(self._client)))
