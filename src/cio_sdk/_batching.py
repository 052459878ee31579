"""Any number of operations in batches, several at a time, without I/O.

`conduct` is a generator, as `exchange` is for one call: it yields what is to be done, and is given what came of
it. The drivers in `_batch_drivers` do it, in threads and in tasks.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

from pydantic import BaseModel
from pydantic_core import from_json

from cio_sdk._operation import Operation
from cio_sdk._packing import Batch, Packer
from cio_sdk.batch import BatchResult
from cio_sdk.errors import APIError, CustomerIOError, ParamError, ResponseError, TransportError
from cio_sdk.models import BatchAnswer
from cio_sdk.operations.track import BATCH, BATCH_MAX_BYTES, ENTITY_OPERATIONS
from cio_sdk.response import StandardResponse

_PULLED_AT_ONCE = 64
_LONGEST_FILLING = 1.0
"""The seconds after which a batch goes although it is not full, where nothing keeps it from going."""
_REFUSED_WHOLE = frozenset({400, 413, 422})

Problem: TypeAlias = tuple[str, str, str]
"""The reason, the field and the message of a refusal."""


@dataclass(slots=True)
class Part:
    """Some of a batch, sent in one request: all of it, unless Customer.io refused that."""

    batch: Batch
    start: int
    stop: int
    maybe_delivered: bool = False
    """Whether a request with these operations may have got through, though its answer did not."""

    def request(self) -> Operation[BatchAnswer]:
        """Return the request."""
        entries = b",".join(self.batch.bodies[self.start : self.stop])
        body = b"".join((b'{"batch":[', entries, b"]}"))  # of so many bytes, `%` makes several copies
        return Operation(BATCH["once" if self.batch.once else "deduplicated"], "/api/v2/batch", body)

    def halves(self, *, maybe_delivered: bool) -> tuple[Part, Part]:
        """Return the two halves."""
        middle, maybe = (self.start + self.stop) // 2, self.maybe_delivered or maybe_delivered
        return Part(self.batch, self.start, middle, maybe), Part(self.batch, middle, self.stop, maybe)


class Settled(NamedTuple):
    """What became of some operations."""

    indexes: list[int]
    operations: Iterable[Any]
    problems: Mapping[int, Problem]
    """Those that were refused, by their place here."""
    is_sent: bool = True
    maybe_delivered: bool = False

    def results(self) -> Iterator[BatchResult]:
        """Return the results one by one."""
        for place, (index, operation) in enumerate(zip(self.indexes, self.operations, strict=True)):
            if not self.is_sent:
                yield BatchResult(index, operation, "not_sent", maybe_delivered=self.maybe_delivered)
            elif place in self.problems:
                yield BatchResult(index, operation, "refused", *self.problems[place])
            else:
                yield BatchResult(index, operation, "accepted")


class Pull(NamedTuple):
    """Read up to so many operations. The answer is empty at the end only."""

    at_most: int


class Start(NamedTuple):
    """Begin to send this. The answer is None."""

    part: Part


class Wait(NamedTuple):
    """Wait until something that was begun is done. The answer has all that is done, with what came of each."""


class Poll(NamedTuple):
    """Look what is done. The answer is that of `Wait`, or empty, and does not have to be waited for."""


class Pause(NamedTuple):
    """Wait so many seconds. The answer is None."""

    seconds: float


Outcome: TypeAlias = BatchAnswer | CustomerIOError
Step: TypeAlias = Pull | Start | Wait | Poll | Pause | Settled
Steps: TypeAlias = Generator[Step, Any, CustomerIOError | None]


def conduct(clock: Callable[[], float], concurrency: int, requests_per_second: float) -> Steps:
    """Send everything, and return what ended it early.

    Args:
        clock: The seconds since some moment.
        concurrency: How many requests are under way at once.
        requests_per_second: How many requests are begun in a second.
    """
    return _Conductor(clock, concurrency, 1 / requests_per_second).run()


@dataclass(slots=True)
class _Conductor:
    clock: Callable[[], float]
    concurrency: int
    interval: float
    packer: Packer = field(default_factory=lambda: Packer(BATCH_MAX_BYTES))
    under_way: int = 0
    next_start: float = 0.0
    left: dict[Batch, list[Part]] = field(default_factory=dict)
    """The parts of each batch that are still to be sent, beside the one that is under way."""
    error: CustomerIOError | None = None

    def run(self) -> Steps:
        """Send everything, and return what ended it early."""
        pulled = 0
        while self.error is None and (operations := (yield Pull(_PULLED_AT_ONCE))):
            yield from self._move_on()
            events = ENTITY_OPERATIONS.plain_events(operations)
            if events is not None and self.packer.add_all(pulled, events):
                pulled += len(operations)
                continue
            made = ENTITY_OPERATIONS.entries(operations) if events is None else events.entries()
            entries = zip(operations, made, strict=True)
            for index, (operation, entry) in enumerate(entries, pulled):
                if isinstance(entry, ParamError):
                    yield Settled([index], [operation], {0: ("invalid", entry.param, entry.reason)})
                else:
                    model = operation if isinstance(operation, BaseModel) else None
                    while (full := self.packer.add(index, model, entry)) is not None:
                        yield from self._send(full)
            pulled += len(operations)
        for batch in self.packer.filled():
            yield from self._send(batch)
        while self.under_way:
            yield from self._settle()
        return self.error

    def _move_on(self) -> Steps:
        """Take note of what is done, and send what has waited long, so that a slow source holds up neither."""
        if self.under_way:
            yield from self._take((yield Poll()) or ())
        now = self.clock()
        for batch in self.packer.filled():
            batch.seen = now if batch.seen is None else batch.seen
            is_idle = self.under_way < self.concurrency and self.next_start <= now and not batch.after
            if is_idle and now - batch.seen >= _LONGEST_FILLING:
                yield from self._send(batch)
        return None

    def _send(self, batch: Batch) -> Steps:
        for before in batch.after.intersection(self.packer.open.values()):
            yield from self._send(before)
        while batch.after:
            yield from self._settle()
        self.packer.take(batch)
        while self.under_way >= self.concurrency:
            yield from self._settle()
        self.left[batch] = [Part(batch, 0, len(batch.bodies))]
        yield from self._go_on(batch)
        return None

    def _go_on(self, batch: Batch) -> Steps:
        """Send the next part of a batch, if there is one and nothing ended the sending."""
        parts = self.left[batch]
        while parts and self.error is not None:
            yield _not_sent(parts.pop(0))
        if not parts:
            del self.left[batch]
            self.packer.settle(batch)
            return None
        if (delay := self.next_start - self.clock()) > 0:
            yield Pause(delay)
        self.next_start = max(self.next_start, self.clock()) + self.interval
        self.under_way += 1
        yield Start(parts.pop(0))
        return None

    def _settle(self) -> Steps:
        yield from self._take((yield Wait()))
        return None

    def _take(self, done: Iterable[tuple[Part, Outcome]]) -> Steps:
        for part, outcome in done:
            self.under_way -= 1
            if isinstance(outcome, BatchAnswer):
                yield from self._read(part, outcome)
            elif not isinstance(outcome, APIError) or outcome.status_code not in _REFUSED_WHOLE:
                yield self._stop(part, outcome)
            elif part.stop - part.start > 1:
                self.left[part.batch][:0] = part.halves(maybe_delivered=_may_have_arrived(outcome))
            else:
                yield _settled(part, {0: _problem_of(outcome)})
            yield from self._go_on(part.batch)
        return None

    def _read(self, part: Part, answer: BatchAnswer) -> Steps:
        errors = answer.errors or []
        problems: dict[int, Problem] = {}
        for each in errors:
            reason, field, message = problems.get(each.batch_index, ("", "", ""))
            messages = [said for said in (message, each.message) if said]
            problems[each.batch_index] = reason or each.reason or "", field or each.field or "", "; ".join(messages)
        if all(0 <= index < part.stop - part.start for index in problems):
            yield _settled(part, problems)
        else:
            yield self._stop(part, _unreadable(answer.response))
        return None

    def _stop(self, part: Part, error: CustomerIOError) -> Settled:
        self.error = self.error or error
        return _not_sent(part, maybe_delivered=_may_have_arrived(error))


def _settled(part: Part, problems: Mapping[int, Problem]) -> Settled:
    batch = part.batch
    operations = map(_as_sent, islice(batch.models, part.start, part.stop), islice(batch.bodies, part.start, part.stop))
    return Settled(batch.indexes[part.start : part.stop], operations, problems)


def _as_sent(model: BaseModel | None, body: bytes) -> Any:
    """Return an operation with the id that it was sent with, so that sending it again does not count it twice."""
    if model is None:
        return from_json(body)
    lacks_id = getattr(model, "id", "") is None
    return model.model_copy(update={"id": from_json(body)["id"]}) if lacks_id else model


def _not_sent(part: Part, *, maybe_delivered: bool = False) -> Settled:
    maybe = part.maybe_delivered or maybe_delivered
    return _settled(part, {})._replace(is_sent=False, maybe_delivered=maybe)


def _problem_of(error: APIError) -> Problem:
    return (f"status {error.status_code}", "", "; ".join(error.messages) or str(error))


def _may_have_arrived(error: CustomerIOError) -> bool:
    if isinstance(error, TransportError | APIError):
        return error.maybe_delivered
    return isinstance(error, ResponseError)


def _unreadable(response: StandardResponse) -> ResponseError:
    return ResponseError(
        "POST /api/v2/batch was accepted, but its answer refuses operations that the batch did not have; "
        "look at .body, and check the URL of the track host",
        status_code=response.status_code,
        method="POST",
        path="/api/v2/batch",
        response=response,
    )
