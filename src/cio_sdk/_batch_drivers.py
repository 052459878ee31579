"""Two drivers that send any number of operations in batches, one in threads and one in tasks of an event loop."""

from __future__ import annotations

import asyncio
import queue
import sys
import threading
import time
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    Callable,
    Coroutine,
    Generator,
    Iterable,
    Iterator,
    Mapping,
)
from contextlib import aclosing, closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import BaseModel

from cio_sdk._batching import Outcome, Part, Pause, Poll, Pull, Settled, Start, Steps, Wait, conduct
from cio_sdk.batch import BatchReport, BatchResult
from cio_sdk.errors import CustomerIOError, ParamError
from cio_sdk.models import BatchAnswer, EntityOperation

if TYPE_CHECKING:
    from cio_sdk._operation import Operation
    from cio_sdk._timing import Timing
    from cio_sdk._transport import AsyncSender, Sender
    from cio_sdk.options import Settings

Given: TypeAlias = EntityOperation | Mapping[str, Any]
Operations: TypeAlias = Iterable[Given]
AsyncOperations: TypeAlias = Iterable[Given] | AsyncIterable[Given]

_LONGEST_PULL = 0.1
"""The seconds after which what was read so far is looked at, where the source is slow."""

_MOST_BETWEEN_LOOKS = 8
"""How many are read between two looks at the clock, from a source that was not slow so far."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is done at once."""

    concurrency: int
    requests_per_second: float

    def __post_init__(self) -> None:
        if not isinstance(self.concurrency, int) or isinstance(self.concurrency, bool) or self.concurrency < 1:
            raise ParamError("concurrency", "must be a whole number, 1 or more")
        rate = self.requests_per_second
        least = 1 / sys.float_info.max
        if not isinstance(rate, int | float) or isinstance(rate, bool) or not least < rate <= sys.float_info.max:
            raise ParamError("requests_per_second", "must be a number, more than 0")

    def conduct(self, timing: Timing) -> Steps:
        """Return the steps that send everything within these limits."""
        return conduct(timing.clock, self.concurrency, self.requests_per_second)


class Batching:
    """Sends operations, in threads."""

    def __init__(self, sender: Sender, settings: Settings, operations: Operations, limits: Limits) -> None:
        if not _is_iterable(operations):
            raise ParamError("operations", "must be an iterable of operations")
        self._sender = sender
        self._settings = settings
        self._source = _Source(operations)
        self._limits = limits
        self._error: CustomerIOError | None = None

    def report(self) -> BatchReport:
        """Send everything, and return what became of it."""
        report = BatchReport()
        with _noting(report):
            for settled in self._run():
                _count(report, settled)
        return _finished(report, self._error)

    def results(self) -> Generator[BatchResult, None, None]:
        """Send everything, yield what becomes of each operation, and raise what ended it early."""
        with closing(self._run()) as run:
            for settled in run:
                yield from settled.results()
        if self._error is not None:
            raise self._error

    def _run(self) -> Generator[Settled, None, None]:
        steps = self._limits.conduct(self._sender.timing)
        answer: Any = None
        with closing(_Workers(self._send)) as workers:
            try:
                while True:
                    step = steps.send(answer)
                    answer = None
                    match step:
                        case Settled():
                            yield step
                        case Pull(at_most):
                            answer = self._source.pull(at_most)
                        case Start(part):
                            workers.start(part)
                        case Wait():
                            answer = [workers.wait()]
                        case Poll():
                            answer = workers.done()
                        case Pause(seconds):
                            self._sender.timing.sleep(seconds)
            except StopIteration as stop:
                self._error = stop.value
        self._source.raise_for_error(self._error)

    def _send(self, request: Operation[BatchAnswer]) -> BatchAnswer:
        return self._sender.run(request, self._settings)


class _Workers:
    """Threads that send parts, as many as there were ever at once."""

    def __init__(self, send: Callable[[Operation[BatchAnswer]], BatchAnswer]) -> None:
        self._send = send
        self._todo: queue.SimpleQueue[tuple[Part, Operation[BatchAnswer]] | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[tuple[Part, Any]] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._busy = 0

    def start(self, part: Part) -> None:
        """Begin to send a part."""
        self._busy += 1
        if self._busy > len(self._threads):
            self._threads.append(threading.Thread(target=self._work, name="cio-sdk batch", daemon=True))
            self._threads[-1].start()
        self._todo.put((part, part.request()))  # what made the entries has them in the cache of its core

    def wait(self) -> tuple[Part, Outcome]:
        """Wait for a part that was begun, and return what came of it."""
        done = self._done.get()
        self._busy -= 1
        return _known(done)

    def done(self) -> list[tuple[Part, Outcome]]:
        """Return what is done, with what came of it."""
        return [self.wait() for _ in range(self._done.qsize())]

    def close(self) -> None:
        """Wait for what was begun, and end the threads."""
        for _ in self._threads:
            self._todo.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while (todo := self._todo.get()) is not None:
            part, request = todo
            try:
                self._done.put((part, self._send(request)))
            except BaseException as error:  # noqa: BLE001
                self._done.put((part, error))


class AsyncBatching:
    """Sends operations, in tasks."""

    def __init__(self, sender: AsyncSender, settings: Settings, operations: AsyncOperations, limits: Limits) -> None:
        if not _is_iterable(operations) and not isinstance(operations, AsyncIterable):
            raise ParamError("operations", "must be an iterable of operations, or an asynchronous one")
        self._sender = sender
        self._settings = settings
        self._source = _AsyncSource(operations) if isinstance(operations, AsyncIterable) else _Source(operations)
        self._limits = limits
        self._error: CustomerIOError | None = None

    async def report(self) -> BatchReport:
        """Send everything, and return what became of it."""
        report = BatchReport()
        with _noting(report):
            async with aclosing(self._run()) as run:
                async for settled in run:
                    _count(report, settled)
        return _finished(report, self._error)

    async def results(self) -> AsyncGenerator[BatchResult, None]:
        """Send everything, yield what becomes of each operation, and raise what ended it early."""
        async with aclosing(self._run()) as run:
            async for settled in run:
                for result in settled.results():
                    yield result
        if self._error is not None:
            raise self._error

    async def _run(self) -> AsyncGenerator[Settled, None]:
        timing = self._sender.timing
        tasks = _Tasks(self._send)
        steps = self._limits.conduct(timing)
        answer: Any = None
        try:
            while True:
                step = steps.send(answer)
                answer = None
                match step:
                    case Settled():
                        yield step
                    case Pull(at_most):
                        pulled = self._source.pull(at_most)
                        answer = pulled if isinstance(pulled, list) else await pulled
                        await asyncio.sleep(0)
                    case Start(part):
                        tasks.start(part)
                    case Wait():
                        answer = await tasks.wait()
                    case Poll():
                        answer = tasks.done()
                    case Pause(seconds):
                        await timing.asleep(seconds)
        except StopIteration as stop:
            self._error = stop.value
        except GeneratorExit:
            await tasks.finish()
            raise
        finally:
            await tasks.cancel()
        self._source.raise_for_error(self._error)

    async def _send(self, part: Part) -> BatchAnswer:
        return await self._sender.run(part.request(), self._settings)


class _Tasks:
    """Tasks that send parts."""

    def __init__(self, send: Callable[[Part], Coroutine[Any, Any, BatchAnswer]]) -> None:
        self._send = send
        self._parts: dict[asyncio.Task[BatchAnswer], Part] = {}

    def start(self, part: Part) -> None:
        """Begin to send a part."""
        self._parts[asyncio.create_task(self._send(part))] = part

    async def wait(self) -> list[tuple[Part, Outcome]]:
        """Wait for a part that was begun, and return what is done, with what came of it."""
        await asyncio.wait(self._parts, return_when=asyncio.FIRST_COMPLETED)
        return self.done()

    def done(self) -> list[tuple[Part, Outcome]]:
        """Return what is done, with what came of it."""
        done = [task for task in self._parts if task.done()]
        return [_known((self._parts.pop(task), task.exception() or task.result())) for task in done]

    async def finish(self) -> None:
        """Wait for what was begun."""
        await asyncio.gather(*self._parts, return_exceptions=True)

    async def cancel(self) -> None:
        """End what was begun at once."""
        for task in self._parts:
            task.cancel()
        await self.finish()


def _is_iterable(operations: object) -> bool:
    return isinstance(operations, Iterable) and not isinstance(operations, Mapping | str | bytes | BaseModel)


@contextmanager
def _noting(report: BatchReport) -> Iterator[None]:
    """Add to an exception of the caller's own what had become of the operations before it."""
    try:
        yield
    except BaseException as error:
        counts = {"accepted": report.accepted, "refused": len(report.refused), "not sent": len(report.not_sent)}
        error.add_note(
            f"Of the operations before it, {', '.join(f'{count:,} {what}' for what, count in counts.items())}"
        )
        raise


def _known(done: tuple[Part, Any]) -> tuple[Part, Outcome]:
    """Return what is done, and raise what is a mistake of the program: no other request would do better."""
    if isinstance(done[1], BaseException) and (
        isinstance(done[1], ParamError) or not isinstance(done[1], CustomerIOError)
    ):
        raise done[1]
    return done


def _finished(report: BatchReport, error: CustomerIOError | None) -> BatchReport:
    for results in (report.refused, report.not_sent):
        results.sort(key=lambda result: result.index)
    report.error = error
    return report


def _count(report: BatchReport, settled: Settled) -> None:
    if settled.is_sent and not settled.problems:
        report.accepted += len(settled.indexes)
        return
    for result in settled.results():
        if result.status == "accepted":
            report.accepted += 1
        else:
            (report.refused if result.status == "refused" else report.not_sent).append(result)


class _Reader:
    """Reads operations, some at a time. What their iterable raises is kept until what came before has been sent."""

    _error: Exception | None = None

    def raise_for_error(self, ended: CustomerIOError | None) -> None:
        """Raise what the iterable raised, with what had ended the sending, if anything."""
        if self._error is not None:
            if ended is not None:
                self._error.add_note(f"Sending had ended before: {ended}")
            raise self._error


class _Source(_Reader):
    """Reads an iterable."""

    def __init__(self, operations: Iterable[Given]) -> None:
        self._iterator = iter(operations)

    def pull(self, count: int) -> list[Given]:
        """Return the next operations, none at the end only."""
        pulled: list[Given] = []
        until = time.monotonic() + _LONGEST_PULL
        some = 0 if self._error else 1
        try:
            while some:
                wanted = len(pulled) + some
                pulled.extend(islice(self._iterator, some))
                is_over = len(pulled) < wanted or time.monotonic() > until
                some = 0 if is_over else min(2 * some, _MOST_BETWEEN_LOOKS, count - wanted)
        except Exception as error:  # noqa: BLE001
            self._error = error
        return pulled


class _AsyncSource(_Reader):
    """Reads an asynchronous iterable."""

    def __init__(self, operations: AsyncIterable[Given]) -> None:
        self._iterator = aiter(operations)

    async def pull(self, count: int) -> list[Given]:
        """Return the next operations, none at the end only."""
        pulled: list[Given] = []
        until = time.monotonic() + _LONGEST_PULL
        while len(pulled) < count and self._error is None and (not pulled or time.monotonic() < until):
            try:
                pulled.append(await anext(self._iterator))
            except StopAsyncIteration:
                break
            except Exception as error:  # noqa: BLE001
                self._error = error
        return pulled
