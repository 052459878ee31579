"""The connections of an asynchronous client, each of which one call at a time uses."""

from __future__ import annotations

import asyncio
from typing import cast

import h11
import httpx

from cio_sdk._connections import MAX_CONNECTIONS, Conversation, Origin, Stack, caused
from cio_sdk._exchange import ClosedError, Outcome, Send


class _Connection(asyncio.Protocol):
    """A transport of the event loop, and the HTTP that it carries."""

    def __init__(self, origin: Origin) -> None:
        self._http = Conversation(origin)
        self._answered: asyncio.Future[None] | None = None
        self.is_stale = False

    # --- What the event loop calls -----------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        if self._answered is None or self._answered.done():
            self.is_stale = True  # nobody asked for it
            return
        try:
            if self._http.receive(data):
                self._answered.set_result(None)
        except (h11.RemoteProtocolError, httpx.HTTPError) as error:
            self._answered.set_exception(error)

    def eof_received(self) -> None:
        self.data_received(b"")

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_stale = True
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(exc or ConnectionResetError("the connection was lost"))

    # --- What the pool calls -----------------------------------------------------------------------------------------

    async def exchange(self, send: Send) -> Outcome:
        """Send a request, and return its answer or what went wrong."""
        self._answered = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(send.deadline["read"]):
                self._transport.write(self._http.request(send))
                await self._answered
            return self._http.outcome()
        except TimeoutError as error:
            return self._http.outcome(caused(httpx.ReadTimeout(str(error)), error))
        except OSError as error:
            return self._http.outcome(caused(httpx.ReadError(str(error)), error))
        except h11.RemoteProtocolError as error:
            return self._http.outcome(httpx.RemoteProtocolError(str(error)))
        except httpx.HTTPError as error:
            return self._http.outcome(error)

    def end(self) -> bool:
        """End a request that was answered; return whether the connection can be used for another."""
        return self._http.end() and not self.is_stale

    def close(self) -> None:
        """Close the socket."""
        self._transport.abort()


class AsyncPool(Stack[_Connection]):
    """The connections of an asynchronous client to one host, within one event loop."""

    def __init__(self, origin: Origin) -> None:
        super().__init__(origin)
        self._turn = asyncio.Semaphore(MAX_CONNECTIONS)

    async def attempt(self, send: Send) -> Outcome:
        """Send a request, and return its answer or what went wrong."""
        try:
            if self._turn.locked():
                async with asyncio.timeout(send.deadline["pool"]):
                    await self._turn.acquire()
            else:
                await self._turn.acquire()
        except TimeoutError:
            return httpx.PoolTimeout("all connections are busy")
        try:
            return await self._attempt(send)
        except httpx.HTTPError as error:
            return error
        finally:
            self._turn.release()

    async def close(self) -> None:
        """Close every connection."""
        self.abandon()
        await asyncio.sleep(0)  # only then does the event loop close the sockets

    def abandon(self) -> None:
        """Begin to close every connection."""
        self._closed = True
        for connection in list(self._all):
            self._discard(connection)

    async def _attempt(self, send: Send) -> Outcome:
        connection = await self._take(send)
        is_reusable = False
        try:
            outcome = await connection.exchange(send)
            is_reusable = connection.end() and not self._closed
        finally:
            if is_reusable:
                self._push(connection)
            else:
                self._discard(connection)
        return outcome

    async def _take(self, send: Send) -> _Connection:
        """Return a connection that nobody else has."""
        while (connection := self._pop_oldest()) is not None:
            self._discard(connection)
        while (connection := self._pop()) is not None and connection.is_stale:
            self._discard(connection)
        if connection is None and not self._closed:
            connection = await self._connect(send)
            self._all.add(connection)
        if connection is None or self._closed:
            if connection is not None:
                self._discard(connection)
            raise ClosedError
        return connection

    async def _connect(self, send: Send) -> _Connection:
        origin = self._origin
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(send.deadline["connect"]):
                _, connection = await loop.create_connection(
                    lambda: _Connection(origin), origin.host, origin.port, ssl=origin.tls
                )
        except TimeoutError as error:
            raise httpx.ConnectTimeout(str(error)) from error
        except OSError as error:
            raise httpx.ConnectError(str(error)) from error
        return connection

    def _discard(self, connection: _Connection) -> None:
        self._all.discard(connection)
        connection.close()
