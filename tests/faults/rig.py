"""A client and a server of faults, and what each call between them came to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, cast

import httpx
from clients import APP_API_KEY, SITE_ID, TRACKING_API_KEY

from cio_sdk import APIError, AsyncClient, Client, CustomerIOError, ResponseError, TransportError
from cio_sdk._timing import Timing
from faults.calls import KINDS, OPERATIONS, event_ids, method_of
from faults.server import PATIENCE, Request, Server, Step

Flavour = Literal["sync", "async", "traced sync", "traced async", "own sync", "own async"]
"""The client, and what it sends with: connections of its own, httpx where it traces, the caller's HTTP client."""

FLAVOURS: tuple[Flavour, ...] = ("sync", "async")
OVER_HTTPX: tuple[Flavour, ...] = ("traced sync", "traced async", "own sync", "own async")
ASYNC: tuple[Flavour, ...] = ("async", "traced async", "own async")
NOW = 1_760_000_000.0
SLACK = 0.3
"""The seconds by which a call may outlast its timeout, as the server shares its processor."""


@dataclass
class Call:
    """What one call came to, and what the server saw of it."""

    operation: str
    struck: list[Step]
    requests: list[Request]
    waits: list[float]
    seconds: float
    result: Any
    error: CustomerIOError | None

    @property
    def attempts(self) -> int:
        """How often the client says that it has tried."""
        if isinstance(self.error, TransportError):
            return self.error.attempts
        outcome: Any = self.error if isinstance(self.error, APIError | ResponseError) else self.result
        # A plain row has no answer with it.
        attempts: int = getattr(getattr(outcome, "response", outcome), "attempts", len(self.struck))
        return attempts

    @property
    def acted(self) -> list[Request]:
        """The requests that had an effect."""
        return [request for request in self.requests if request.acted]

    @property
    def effects(self) -> int:
        """How many effects there were; an event counts once, as its id says."""
        if KINDS[self.operation] == "deduplicated":
            return len({event_ids(request.body) for request in self.acted})
        return len(self.acted)


class Rig:
    """A client, a server, and a time that passes without anybody waiting."""

    def __init__(self, flavour: Flavour, runner: asyncio.Runner, server: Server, **options: Any) -> None:
        self.server = server
        self.waits: list[float] = []
        self.passed = 0.0
        self._runner = runner
        keys = {"site_id": SITE_ID, "tracking_api_key": TRACKING_API_KEY, "app_api_key": APP_API_KEY}
        urls = {"track_url": server.url, "app_url": server.url}
        given = {
            "timeout": 5.0,
            "request_tracing": flavour.startswith("traced"),
            **keys,
            **urls,
            "http_client": _own_client(flavour),
            **options,
        }
        self._http_client: httpx.Client | httpx.AsyncClient | None = given["http_client"]
        self.is_async = flavour in ASYNC
        self.client: Client | AsyncClient = AsyncClient(**given) if self.is_async else Client(**given)
        self.timing = self.client._sender.timing = Timing(
            clock=self.clock, now=lambda: NOW + self.passed, jitter=lambda: 1.0, sleep=self._wait, asleep=self._await
        )

    def clock(self) -> float:
        """The seconds that have passed, waited or not."""
        return time.monotonic() + self.passed

    def call(self, operation: str, *script: Step, **options: Any) -> Call:
        """Call an operation against a script, with options of this call."""
        client = self.client.with_options(**options) if options else self.client
        if script and script[0].fate == "refused":
            self.server.hang_up()
            self.turn()
        self.waits.clear()
        self.server.play(*script)
        result, error, start = None, None, time.perf_counter()
        try:
            result = self.run(getattr(client, method_of(operation)), **OPERATIONS[operation])
            result = result[0] if isinstance(result, list) else result
        except CustomerIOError as raised:
            error = raised
        seconds = time.perf_counter() - start
        self.server.client_went_on()
        return Call(operation, self.server.struck, self.server.requests, list(self.waits), seconds, result, error)

    def call_each(self, operation: str, calls: list[dict[str, Any]], *script: Step) -> list[Any]:
        """Make many calls at once, and return what each came to: a result or an error."""
        method = getattr(self.client, operation)
        self.server.play(*script)
        if not self.is_async:
            with ThreadPoolExecutor(8) as pool:
                return list(pool.map(lambda arguments: _outcome(method, arguments), calls))

        async def gathered() -> list[Any]:
            return await asyncio.gather(*(method(**arguments) for arguments in calls), return_exceptions=True)

        return cast("list[Any]", self.run(gathered))

    def run(self, method: Callable[..., Any], **arguments: Any) -> Any:
        """Run a method of a client of either flavour, which must not take for ever."""
        if not self.is_async:
            return method(**arguments)

        async def awaited() -> Any:
            async with asyncio.timeout(PATIENCE):
                return await method(**arguments)

        return self._runner.run(awaited())

    def turn(self) -> None:
        """Let an event loop notice what has happened to its connections."""
        if self.is_async:
            for _ in range(3):
                self._runner.run(asyncio.sleep(0))

    def close(self) -> int:
        """Close the client, and return how many connections it has left open."""
        for each in (self.client, self._http_client):
            if each is not None:
                self.run(each.aclose if isinstance(each, AsyncClient | httpx.AsyncClient) else each.close)
        self.turn()
        return self.server.open

    def _wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.passed += seconds
        self.server.client_went_on()

    async def _await(self, seconds: float) -> None:
        self._wait(seconds)


Rigs = Callable[..., Rig]
"""Makes a rig of a flavour, with options of the client's."""


@contextmanager
def rigs(runner: asyncio.Runner, server: Server) -> Iterator[Rigs]:
    """Make rigs that share a server, and close them in the end."""
    made: list[Rig] = []

    def make(flavour: Flavour, **options: Any) -> Rig:
        made.append(Rig(flavour, runner, server, **options))
        return made[-1]

    yield make
    for rig in made:
        rig.close()


def _outcome(method: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    try:
        return method(**arguments)
    except CustomerIOError as error:
        return error


def _own_client(flavour: Flavour) -> httpx.Client | httpx.AsyncClient | None:
    if flavour == "own sync":
        return httpx.Client(verify=False)
    return httpx.AsyncClient(verify=False) if flavour == "own async" else None
